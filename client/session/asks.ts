/** The requests that carry a `ref`, by the rows of the messages: what each of them takes, and what answers it. */
import { type CLIENT_ROWS, type Client, type ClientMessage, type Server, rowOf } from '#protocol/messages';
import { ASK_KINDS, type AskKind, type Sending } from '#protocol/schemas/client-row';

type Rows = typeof CLIENT_ROWS;
type SentAs<S extends Sending> = {
  [T in keyof Rows]: Rows[T]['sending'] extends S ? T : never;
}[keyof Rows];

/** A request that any caller may make with `ask`. */
export type AskType = SentAs<AskKind>;
/** Such a request without its ref, which the session gives it. */
export type Asking<T extends AskType> = { readonly type: T } & Omit<Client<T>, 'type' | 'ref'>;
/** The answer to it. */
export type ReplyTo<T extends AskType> = Server<Rows[T]['answers'][number]>;

/** A message that the server does not answer: dropped if it cannot be sent at once. */
export type SignalType = SentAs<'signal'>;

export function isAsk(type: ClientMessage['type']): type is AskType {
  return (ASK_KINDS as readonly Sending[]).includes(rowOf(type).sending);
}

export function isSignal(type: ClientMessage['type']): type is SignalType {
  return rowOf(type).sending === 'signal';
}
