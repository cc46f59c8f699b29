/** Whether this browser has a session of the console: from a link, or from an earlier visit. */
import { type InjectionKey, type Ref, inject, ref } from 'vue';
import * as v from 'valibot';
import { CONSOLE_SESSION, type ConsoleSession } from '#web/operator/answers';
import { AskError, ask } from './ask.ts';

export type Access =
  | { readonly state: 'loading' }
  | { readonly state: 'in'; readonly session: ConsoleSession }
  /** `problem`: what was wrong with the link, or how the session ended. */
  | { readonly state: 'out'; readonly problem?: string | undefined }
  | { readonly state: 'elsewhere' }
  | { readonly state: 'failed'; readonly problem: string };

export interface SessionDesk {
  readonly access: Ref<Access>;
  /** Exchanges the token of a link for a session; without one, looks whether there is a session. */
  readonly enter: (token?: string) => Promise<void>;
  readonly signOut: (everywhere: boolean) => Promise<void>;
  /** To be called with what a request was refused with: the session may have ended. */
  readonly noticeEnd: (error: unknown) => void;
}

const KEY: InjectionKey<SessionDesk> = Symbol('session');
export { KEY as SESSION };

export function newSessionDesk(): SessionDesk {
  const access = ref<Access>({ state: 'loading' });
  async function enter(token?: string): Promise<void> {
    access.value = { state: 'loading' };
    try {
      const session = await ask('session', CONSOLE_SESSION, token === undefined ? undefined : { token });
      access.value = { state: 'in', session };
    } catch (error) {
      // A link that was used already does no harm to a session that it began.
      if (token !== undefined && (await isIn())) return;
      access.value = without(error, token !== undefined);
    }
  }
  async function isIn(): Promise<boolean> {
    const session = await ask('session', CONSOLE_SESSION).catch(() => undefined);
    if (session) access.value = { state: 'in', session };
    return session !== undefined;
  }
  async function signOut(everywhere: boolean): Promise<void> {
    await ask('session/end', v.looseObject({}), { everywhere });
    access.value = { state: 'out' };
  }
  function noticeEnd(error: unknown): void {
    if (error instanceof AskError && error.status === 401)
      access.value = { state: 'out', problem: error.message };
  }
  return { access, enter, signOut, noticeEnd };
}

function without(error: unknown, byLink: boolean): Access {
  const { status, code, message } = error as AskError;
  if (code === 'other_machine') return { state: 'elsewhere' };
  if (status === 401) return { state: 'out', problem: byLink ? message : undefined };
  return { state: 'failed', problem: message };
}

export function useSession(): SessionDesk {
  const desk = inject(KEY);
  if (!desk) throw new Error('only inside the console');
  return desk;
}
