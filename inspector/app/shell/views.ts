/** The views of the workbench: one row each. Navigation, router, list of shortcuts and palette are made from this table. */
import type { Component } from 'vue';
import type { PagePath } from '#web/page-paths';
import { CHAT_KEYS } from '../../../client/gui/keys.ts';
import { ATTACKS_KEYS } from '../attacks/keys.ts';
import { CLASS_KEYS } from '../class/keys.ts';
import { HOME_KEYS } from '../home/keys.ts';
import { INSPECT_KEYS } from '../inspect/keys.ts';
import { PICTURES_KEYS } from '../pictures/keys.ts';
import type { KeyGroup } from './shortcuts.ts';

/**
 * A view has one `<main>` with a heading of the first level in it, to which the focus moves when a person comes from another
 * view. Bar, skip link, title and dialogs are the shell's.
 */
export interface View {
  readonly path: PagePath;
  /** In the navigation, and in the title of the window. */
  readonly title: string;
  /** What a person does there, in one line. */
  readonly purpose: string;
  /** Absent from the navigation: found by its address and the palette. */
  readonly hidden?: true;
  /** Only there for these: in a class; on the instructor's own machine, which alone gets answers; before one is in a class. */
  readonly only?: 'class' | 'instructor' | 'door';
  /** Its own keys, for the list that `?` opens. */
  readonly keys?: readonly KeyGroup[];
  readonly load: () => Promise<{ readonly default: Component }>;
}

export const VIEWS: readonly View[] = [
  {
    path: '/',
    title: 'Wires',
    purpose: 'Send one message on all four wires, and see the bytes of each',
    keys: HOME_KEYS,
    load: () => import('../home/HomeView.vue'),
  },
  {
    path: '/inspect',
    title: 'Inspector',
    purpose: 'Read the records of all wires: filter, mark, compare and copy them',
    keys: INSPECT_KEYS,
    load: () => import('../captures/InspectPlace.vue'),
  },
  {
    path: '/pictures',
    title: 'Pictures',
    purpose: 'See the wires side by side: lanes, handshakes, key schedules, bytes, sizes and timing',
    keys: PICTURES_KEYS,
    load: () => import('../captures/PicturesPlace.vue'),
  },
  {
    path: '/attacks',
    title: 'Attacks',
    purpose: 'Watch real attacks, step by step, on every wire and suite',
    only: 'instructor',
    keys: ATTACKS_KEYS,
    load: () => import('../attacks/AttacksView.vue'),
  },
  {
    path: '/chat',
    title: 'Chat',
    purpose: 'Talk with others over any wire, and see who could read it',
    keys: CHAT_KEYS,
    load: () => import('../../../client/gui/ChatView.vue'),
  },
  {
    path: '/class',
    title: 'Class',
    purpose: 'Who is in the class, what is shared, and what one can do',
    only: 'class',
    keys: CLASS_KEYS,
    load: () => import('../class/ClassView.vue'),
  },
  {
    path: '/console',
    title: 'Console',
    purpose: 'Run the server: its wires, people, log, keys and backups',
    only: 'instructor',
    load: () => import('../../../server/console/ConsoleView.vue'),
  },
  {
    path: '/design',
    title: 'Design',
    purpose: 'Every colour, type size and component that the views share, in their states',
    hidden: true,
    load: () => import('../design/DesignView.vue'),
  },
  {
    path: '/join',
    title: 'Join',
    purpose: 'Come into the class with its code and a name',
    hidden: true,
    only: 'door',
    load: () => import('../class/JoinView.vue'),
  },
];
