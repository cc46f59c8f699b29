/** What is common to the commands with which a client proves who it is. */
import { sha256 } from '@noble/hashes/sha2.js';
import { type Context, ask, withoutUndefined, reply } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Input, Output, Questions } from '../../questions.ts';
import type { Session } from '../../sessions.ts';
import { toHex, utf8 } from '#protocol/bytes';
import { ERRORS, type ErrorCode } from '#protocol/errors';
import type { Server } from '#protocol/messages';

export type Ref = string | undefined;
type FailureDetails = Partial<Pick<Server<'auth_failed'>, 'retry_after' | 'suggestions'>>;

export function authFailed(
  session: Session,
  code: ErrorCode,
  ref: Ref,
  details: FailureDetails = {},
): Effect[] {
  const { meaning: message } = ERRORS[code];
  return [reply(session, withoutUndefined({ type: 'auth_failed' as const, ref, code, message, ...details }))];
}

/** Why nobody can log in on this connection. */
export function obstacle({ session, policy }: Context): ErrorCode | undefined {
  if (session.operator) return 'forbidden';
  if (policy.mode === 'guests') return 'no_accounts';
  if (!policy.passwordWires.includes(session.wire)) return 'unsafe_wire';
  return session.login ? 'already_logged_in' : undefined;
}

/** Like `ask`, for a client that is not logged in yet: a question without an answer is a failed login. */
export function askFirst<K extends keyof Questions>(
  context: Context,
  question: K,
  input: Input<K> & { readonly ref?: Ref },
  then: (output: Output<K>, context: Context) => Effect[],
): Effect[] {
  const { ref } = input;
  return ask(context, question, input, then, (code) => authFailed(context.session, code, ref));
}

/** What the server keeps of a client's secret: SHA-256 in hex. Only for secrets with many random bits. */
export function digest(secret: string): string {
  return toHex(sha256(utf8(secret)));
}

/** A login token begins with this many hex digits that all tokens of its login share; as many of its own follow. */
export const FAMILY_LENGTH = 32;

/** What the server keeps of the part that all tokens of a login share. */
export function familyOf(token: string): string {
  return digest(token.slice(0, FAMILY_LENGTH));
}

/** The next token of the login that `token` belongs to. */
export function nextToken({ random }: Context, token: string): string {
  return token.slice(0, FAMILY_LENGTH) + toHex(random(FAMILY_LENGTH / 2));
}

/** 256 random bits in hex. */
export function newSecret({ random }: Context): string {
  return toHex(random(32));
}
