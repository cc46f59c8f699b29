/** What a check finds, and what to do about it. */
import type { Settings } from '../config/settings.ts';
import type { RemoteServer } from '../operator/remote.ts';

export interface Finding {
  /** What was looked at. */
  readonly check: string;
  /** warning: it works, and may soon not, or not as wished. */
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** How to mend it. */
  readonly mend?: string;
}

export interface Patient {
  readonly settings: Settings;
  /** The data folder, from the root. */
  readonly data: string;
  readonly server: RemoteServer | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** May reject: then that is the finding. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;

export function ok(check: string, text: string): Finding {
  return { check, level: 'ok', text };
}

export function warning(check: string, text: string, mend: string): Finding {
  return { check, level: 'warning', text, mend };
}

export function problem(check: string, text: string, mend: string): Finding {
  return { check, level: 'problem', text, mend };
}
