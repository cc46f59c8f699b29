/** What a command of the composer is, and what it may do. */
import type { Conversations } from '../connection/conversations.ts';
import type { Session } from '../connection/session.ts';
import type { Args } from '#session/typed-arguments';

/** A part of the window that a command opens. */
export type Asked = 'account' | 'rooms' | 'people' | 'search' | 'help' | 'wire' | 'bans';

export interface CommandContext {
  readonly session: Session;
  readonly talk: Conversations;
  /** Opens a part of the window; `text` is what to look for there. */
  readonly show: (what: Asked, text?: string) => void;
  /** Tells the person something. */
  readonly tell: (text: string) => void;
}

/** What is offered for an argument. */
export type Completes = 'rooms' | 'members' | 'wires' | 'commands' | 'roles' | readonly string[];

export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly help: string;
  readonly completes?: readonly Completes[];
  readonly run: (context: CommandContext, args: Args) => void | Promise<void>;
}
