/** Changes that the operator asks for: asked about where they cannot be undone, and told of when they are done. */
import { type InjectionKey, inject, ref } from 'vue';
import { notify } from '../../inspector/ui/notices.ts';
import type { SessionDesk } from './session.ts';

export interface Question {
  readonly title: string;
  /** What happens then. */
  readonly description: string;
  /** The verb of the button. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly run: () => Promise<unknown>;
}

export const CHANGES: InjectionKey<Changes> = Symbol('changes');

export function useChanges(): Changes {
  const changes = inject(CHANGES);
  if (!changes) throw new Error('only inside the console');
  return changes;
}

export type Changes = ReturnType<typeof newChanges>;

export function newChanges({ noticeEnd }: Pick<SessionDesk, 'noticeEnd'>) {
  const question = ref<Question>();
  const asks = ref(false);
  const busy = ref(false);

  /** Runs a change and says how it went. Resolves with whether it worked. */
  async function change(run: () => Promise<unknown>, done: string): Promise<boolean> {
    busy.value = true;
    try {
      await run();
      notify({ text: done, tone: 'good' });
      return true;
    } catch (error) {
      notify({ text: (error as Error).message, tone: 'bad' });
      noticeEnd(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  /** Asks first. */
  function confirm(asked: Question): void {
    question.value = asked;
    asks.value = true;
  }

  return { question, asks, busy, change, confirm };
}
