/** A student asks for help from a lab’s page. It has no socket of the class, so it asks now and then whether help has come. */
import { useIntervalFn } from '@vueuse/core';
import { onMounted, ref } from 'vue';
import type { HelpState } from '#dissect/page-class';
import { heldToken } from '../../inspector/ui/held-token.ts';

/** Milliseconds between two looks at whether the instructor has answered. */
const LOOK_MS = 10_000;

export function useHelp() {
  const isAsking = ref(false);
  /** The last request was not taken. */
  const isRefused = ref(false);
  let newest = 0;

  async function ask(on: boolean): Promise<void> {
    const number = ++newest;
    const state = await request({ on });
    if (number !== newest) return;
    isRefused.value = state === undefined;
    if (state) isAsking.value = state.since !== null;
  }

  async function look(): Promise<void> {
    const number = newest;
    const state = await request();
    if (state && number === newest) isAsking.value = state.since !== null;
  }

  onMounted(look);
  useIntervalFn(() => void (isAsking.value && look()), LOOK_MS);
  return { isAsking, isRefused, ask };
}

/** With a body, a POST of it. Resolves with undefined if the server does not answer, or refuses. */
async function request(body?: { readonly on: boolean }): Promise<HelpState | undefined> {
  const response = await fetch('/api/class/help', {
    headers: {
      authorization: `Bearer ${heldToken() ?? ''}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  }).catch(() => undefined);
  return response?.ok ? ((await response.json()) as HelpState) : undefined;
}
