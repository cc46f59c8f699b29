/** The views of the workbench: one row each. Navigation, router and command palette are made from this table. */
import type { Component } from 'vue';
import type { PagePath } from '#web/page-paths';

export interface View {
  readonly path: PagePath;
  /** In the navigation, and in the title of the window. */
  readonly title: string;
  /** What a person does there, in one line. */
  readonly purpose: string;
  /** Absent from the navigation: found by its address and the command palette. */
  readonly hidden?: true;
  readonly load: () => Promise<{ readonly default: Component }>;
}

export const VIEWS: readonly View[] = [
  {
    path: '/',
    title: 'Wires',
    purpose: 'Send one message on all four wires, and see the bytes of each',
    load: () => import('../home/HomeView.vue'),
  },
];
