/** Who comes in at the page's API and its WebSockets: what their token makes of them. */
import type { IncomingHttpHeaders } from 'node:http';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import { type Refused, bearerOf, checkToken } from './guard.ts';
import type { PageErrorCode } from './page-socket.ts';

/** Whoever may use the workbench; where it is run for a class, somebody of it. */
export interface Visitor {
  readonly person: Person | undefined;
}

/** Who comes where no token is asked for, or where it is the same for everyone. */
export const NOBODY: Visitor = { person: undefined };

/** Why somebody is not let in, or no longer. Each is told to an open page by its code, too. */
export type TurnedAway = Refused & { readonly code: Refused['code'] & PageErrorCode };

export interface Entrance {
  /** Whether anyone needs a token. */
  readonly isGuarded: boolean;
  /** Who has this token, or why nobody is let in with it. */
  visitorOf(token: string | undefined): Visitor | TurnedAway;
  /** Calls `ended` when the visitor may no longer be here. Returns a function that takes this back. */
  watch(visitor: Visitor, ended: (why: TurnedAway) => void): () => void;
}

/** Without a class, everyone with the token may do the same; without a token, simply everyone. */
export function tokenEntrance(token: string | undefined): Entrance {
  return {
    isGuarded: token !== undefined,
    visitorOf: (given) => checkToken(given, token) ?? NOBODY,
    watch: () => () => undefined,
  };
}

export function isStudent({ person }: Visitor): boolean {
  return person !== undefined && !isLeader(person);
}

export function isRefused<R extends Refused>(answer: Visitor | R): answer is R {
  return 'status' in answer;
}

/** The visitor who sends a request with these headers. */
export function visitorWith(headers: IncomingHttpHeaders, entrance: Entrance): Visitor | TurnedAway {
  return entrance.visitorOf(bearerOf(headers));
}
