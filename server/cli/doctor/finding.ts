/** What a check finds, and what to do about it. */
import type { Settings } from '../config/settings.ts';
import type { RemoteServer } from '../operator/remote.ts';

export interface Finding {
  /** What was checked. */
  readonly check: string;
  /** warning: it works, but may soon stop working, or may not work as intended. */
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** How to fix it. */
  readonly mend?: string;
}

/** What is known before anything is opened. */
export interface CheckContext {
  /** Absolute path of the data folder. */
  readonly data: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a server is started with, and the server that is running there. */
export interface CheckTarget extends CheckContext {
  readonly settings: Settings;
  readonly server: RemoteServer | undefined;
}

/** May reject: then the error is the finding. */
export type Check = (target: CheckTarget) => Promise<readonly Finding[]>;

export function ok(check: string, text: string): Finding {
  return { check, level: 'ok', text };
}

export function warning(check: string, text: string, mend: string): Finding {
  return { check, level: 'warning', text, mend };
}

export function problem(check: string, text: string, mend: string): Finding {
  return { check, level: 'problem', text, mend };
}
