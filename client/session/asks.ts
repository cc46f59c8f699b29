/**
 * The requests that carry a `ref`, as a table: which message of the server answers each of them, and what happens to a
 * request whose connection is lost before the answer.
 */
import type { Client, ClientMessage, Server, ServerMessage } from '#protocol/messages';

/**
 * read: it changes nothing and is asked again on the next connection. change: once sent it is not sent again, since it
 * may have been carried out; the caller is told that this is not known. secret: it is sent only over the connection it
 * was typed for, whose protection the person has seen.
 */
export type AskKind = 'read' | 'change' | 'secret';

interface AskRow {
  readonly kind: AskKind;
  readonly answers: readonly ServerMessage['type'][];
  /** It changes who is logged in: no other request is under way at the same time. */
  readonly alone?: true;
}

export const ASKS = {
  register: { kind: 'secret', answers: ['auth_success'], alone: true },
  login: { kind: 'secret', answers: ['auth_success', 'second_factor_required'], alone: true },
  second_factor: { kind: 'secret', answers: ['auth_success'], alone: true },
  resume: { kind: 'secret', answers: ['auth_success'], alone: true },
  logout: { kind: 'change', answers: ['done'], alone: true },
  password: { kind: 'secret', answers: ['done'] },
  sessions: { kind: 'read', answers: ['sessions'] },
  revoke: { kind: 'change', answers: ['done'] },
  totp_begin: { kind: 'secret', answers: ['totp'] },
  totp_confirm: { kind: 'secret', answers: ['recovery_codes'] },
  totp_remove: { kind: 'secret', answers: ['done'] },

  edit: { kind: 'change', answers: ['edited'] },
  delete: { kind: 'change', answers: ['deleted'] },
  search: { kind: 'read', answers: ['found'] },
  create: { kind: 'change', answers: ['done'] },
  invite: { kind: 'change', answers: ['done'] },
  uninvite: { kind: 'change', answers: ['done'] },
  remove: { kind: 'change', answers: ['done'] },
  who: { kind: 'read', answers: ['members'] },
  unread: { kind: 'read', answers: ['unread'] },

  mute: { kind: 'change', answers: ['done'] },
  unmute: { kind: 'change', answers: ['done'] },
  kick: { kind: 'change', answers: ['done'] },
  ban: { kind: 'change', answers: ['done'] },
  unban: { kind: 'change', answers: ['done'] },
  bans: { kind: 'read', answers: ['bans'] },
  lock: { kind: 'change', answers: ['done'] },
  slow: { kind: 'change', answers: ['done'] },
  appoint: { kind: 'change', answers: ['done'] },
} as const satisfies Partial<Record<ClientMessage['type'], AskRow>>;

export type AskType = keyof typeof ASKS;
/** A request of the table without its ref, which the session gives it. */
export type Asking<T extends AskType> = { readonly type: T } & Omit<Client<T>, 'type' | 'ref'>;
/** The answer to it. */
export type ReplyTo<T extends AskType> = Server<(typeof ASKS)[T]['answers'][number]>;

/** Messages that the server does not answer: dropped if they cannot be sent at once. */
export const SIGNALS = ['typing', 'read', 'presence'] as const satisfies readonly ClientMessage['type'][];
export type SignalType = (typeof SIGNALS)[number];

export function askRow(type: ClientMessage['type']): AskRow | undefined {
  return Object.hasOwn(ASKS, type) ? ASKS[type as AskType] : undefined;
}

export function isSignal(type: ClientMessage['type']): type is SignalType {
  return (SIGNALS as readonly string[]).includes(type);
}
