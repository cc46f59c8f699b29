/** Bans and mutes in force: who they apply to, and which have expired. */
import { accountAuthor, accountOf } from './authors.ts';
import type { Session } from './sessions.ts';
import type { Standing } from './standing.ts';
import type { ChatState } from './state.ts';
import { type Address, isIn } from '#protocol/addresses';
import { withoutUndefined } from '#protocol/without-undefined';
import { LIMITS } from '#protocol/limits';
import { nameKey } from '#protocol/names';

/** What is known about a connection or member that may be banned or muted. */
export interface Suspect {
  readonly author?: string;
  /** `nameKey` of its name. */
  readonly key?: string;
  readonly ip?: Address;
  /** Authors that the same connection was before. */
  readonly former?: ReadonlySet<string>;
  /** For a guest: when the server first knew of it, on the scale of `ChatState.steady`. */
  readonly guestSince?: number;
}

/** The ban that keeps the suspect out, if there is one. */
export function banOn(state: ChatState, suspect: Suspect, now: number): Standing | undefined {
  return find(state, now, (sanction) => sanction.kind === 'ban' && concerns(sanction, suspect));
}

/** The mute that keeps the suspect from speaking in the room, if there is one. */
export function muteOn(state: ChatState, suspect: Suspect, room: string, now: number): Standing | undefined {
  return find(
    state,
    now,
    (sanction) =>
      sanction.kind === 'mute' &&
      (sanction.room === undefined || sanction.room === room) &&
      concerns(sanction, suspect),
  );
}

/** The bans and mutes that have not expired. */
export function inForce(state: ChatState, now: number): Standing[] {
  const at = state.steady(now);
  return [...state.sanctions.values()].filter(({ ends = Infinity }) => ends > at);
}

function find(state: ChatState, now: number, wanted: (sanction: Standing) => boolean): Standing | undefined {
  // Every message passes through here, and mostly nobody is banned or muted.
  if (state.sanctions.size === 0) return undefined;
  const at = state.steady(now);
  for (const sanction of state.sanctions.values()) {
    const { ends = Infinity } = sanction;
    if (ends > at && wanted(sanction)) return sanction;
  }
  return undefined;
}

/** What is known about the one behind this connection, which is or will be `member`. */
export function suspectOf(session: Session, member = session.member): Suspect {
  const { ip, former, login } = session;
  const name = login?.account.name ?? member?.name;
  const author = login ? accountAuthor(login.account.id) : member?.author;
  const guestSince = login || member?.account ? undefined : member?.since;
  return withoutUndefined({
    ip,
    former,
    author,
    guestSince,
    key: name === undefined ? undefined : nameKey(name),
  });
}

/** Whether the ban or mute applies to the suspect, by author, name or address. */
export function concerns(sanction: Standing, { author, key, ip, former, guestSince }: Suspect): boolean {
  if (author !== undefined && isAbout(sanction, author)) return true;
  if (former && isAboutOneOf(sanction, former)) return true;
  if (key !== undefined && sanction.key === key) return true;
  if (!ip || !sanction.range || !isIn(ip, sanction.range)) return false;
  return sanction.kind === 'ban' || cameSoonAfter(sanction, guestSince);
}

/** Looks whether a ban or mute in force also applies to a guest that this connection is or was (`followTo`). */
export function follow(state: ChatState, session: Session): void {
  for (const sanction of state.sanctions.values()) followTo(sanction, session);
}

/**
 * If the ban or mute is about one of the authors that this connection is or was, notes the guests among the others: such a
 * guest may come back with its token from another address. Accounts have their own names, and are judged by themselves.
 */
export function followTo(sanction: Standing, { former = new Set(), member, login }: Session): void {
  const author = login ? accountAuthor(login.account.id) : member?.author;
  const isConcerned = author !== undefined && isAbout(sanction, author);
  if (!isConcerned && !isAboutOneOf(sanction, former)) return;
  for (const self of [...former, author]) {
    if (self === undefined || self === sanction.author || accountOf(self) !== undefined) continue;
    if (sanction.guests.size < LIMITS.selves) sanction.guests.add(self);
  }
}

function isAboutOneOf(sanction: Standing, authors: ReadonlySet<string>): boolean {
  for (const author of authors) if (isAbout(sanction, author)) return true;
  return false;
}

function isAbout({ author, guests }: Standing, self: string): boolean {
  return self === author || guests.has(self);
}

/**
 * The address of a mute is that of the muted member: a guest who comes from there soon afterwards is taken for the same
 * person. Guests who were here before, and accounts, are not: others may share that address.
 */
function cameSoonAfter({ began }: Standing, guestSince: number | undefined): boolean {
  return guestSince !== undefined && guestSince > began && guestSince - began < LIMITS.muteReach;
}
