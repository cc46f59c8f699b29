/** A conversation that the server’s own clients hold for a class, as those who lead ask for it and follow it. */
import type { WireName } from '#protocol/wires';

export interface ScriptLine {
  readonly who: string;
  readonly text: string;
}

export type ConversationAction =
  /** Each line of the script is `name: text`. It is spoken from beginning to end on each wire, one wire after the other. */
  | { readonly type: 'converse'; readonly script: string; readonly wires: readonly WireName[] }
  | { readonly type: 'stop-conversing' };

export interface Conversation {
  /** Name of whoever asked for it. */
  readonly by: string;
  /** Lines that have been spoken, of so many on all wires together. */
  readonly said: number;
  readonly lines: number;
  /** On which the next line is spoken, or the last one was. */
  readonly wire: WireName;
  readonly state: 'running' | 'over';
  /** Why it ended before its last line, if nobody wanted that. */
  readonly error?: { readonly code: string; readonly message: string };
}
