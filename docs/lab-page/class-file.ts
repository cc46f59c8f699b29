/**
 * A student lets those who lead look at the text of a lab’s page. While that is so, the text is sent whenever it has changed, and a
 * word that the page is still there now and then. The socket of the class tells who reads it, and when it is over.
 */
import { useDebounceFn, useEventListener, useIntervalFn } from '@vueuse/core';
import { computed, onBeforeUnmount, ref, watch } from 'vue';
import type { FileRequest, FileShown } from '#dissect/page-file';
import { LIMITS } from '#protocol/limits';
import { useClass } from '../../inspector/app/class/use-class.ts';
import { postApi } from '../../inspector/ui/ask-api.ts';

/** Milliseconds without a change after which the text is sent, and after which it is sent while changes go on. */
const SETTLED_MS = 500;
const LONGEST_MS = 2_000;
/** Milliseconds between two words that the page is still there. */
const RENEW_MS = 10_000;

const TOO_LONG = 'Your text is too long to be shown.';

export function useShownFile(lab: string, text: () => string) {
  const { state } = useClass();
  /** What this page shows, as the server calls it. */
  const id = ref<number>();
  const problem = ref<string>();
  const file = computed(() => state.value?.file ?? undefined);
  let sent: string | undefined;
  /** Requests go one after the other: an older text must not come after a newer one. */
  let last: Promise<void> = Promise.resolve();

  async function show(): Promise<void> {
    problem.value = undefined;
    const now = text();
    if (now.length > LIMITS.pageLabText) return void (problem.value = TOO_LONG);
    const answer = await send({ type: 'show', lab, text: now });
    if (typeof answer === 'string') return void (problem.value = answer);
    sent = now;
    id.value = ((await answer.json()) as FileShown).id;
  }

  /** From now on nothing more is sent, whether or not the server hears of it. */
  async function stop(): Promise<void> {
    id.value = undefined;
    const answer = await send({ type: 'stop' });
    problem.value = typeof answer === 'string' ? answer : undefined;
  }

  function renew(): Promise<void> {
    last = last.then(async () => {
      const now = text();
      if (id.value === undefined) return;
      if (now.length > LIMITS.pageLabText) return void stop().then(() => (problem.value = TOO_LONG));
      const answer = await send({ type: 'renew', id: id.value, ...(now !== sent && { text: now }) });
      if (typeof answer !== 'string') sent = now;
    });
    return last;
  }

  function leave(): void {
    if (id.value === undefined) return;
    id.value = undefined;
    void send({ type: 'leave' });
  }

  watch(file, (now) => {
    if (now?.state === 'over' && now.id === id.value) id.value = undefined;
  });
  watch(text, useDebounceFn(renew, SETTLED_MS, { maxWait: LONGEST_MS }));
  useIntervalFn(() => void renew(), RENEW_MS);
  useEventListener(window, 'pagehide', leave);
  onBeforeUnmount(leave);
  return { file, problem, show, stop };
}

/** Resolves with the server’s answer, or with a sentence for the student. */
async function send(request: FileRequest): Promise<Response | string> {
  // The page may be about to go. A browser takes only short requests with it.
  const response = await postApi('/api/class/file', request, { keepalive: request.type === 'leave' });
  if (!response) return 'The server of the class does not answer. Try again.';
  if (response.ok) return response;
  const { message } = (await response.json().catch(() => ({}))) as { readonly message?: string };
  return `The server of the class did not take this${message === undefined ? '' : `: ${message}`}.`;
}
