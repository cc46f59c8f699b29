/** Bans and mutes in force: who they apply to, and which have expired. */
import { inRange } from './addresses.ts';
import { accountAuthor } from './authors.ts';
import type { Sanction } from './records.ts';
import type { Session } from './sessions.ts';
import type { ChatState } from './state.ts';
import { given } from '#wire/given';
import { nameKey } from '#wire/names';

/** What is known about a connection or member that may be banned or muted. */
export interface Suspect {
  readonly author?: string;
  /** `nameKey` of its name. */
  readonly key?: string;
  readonly address?: string;
}

/** The ban that keeps the suspect out, if there is one. */
export function banOn(state: ChatState, suspect: Suspect, now: number): Sanction | undefined {
  return find(state, now, (sanction) => sanction.kind === 'ban' && concerns(sanction, suspect));
}

/** The mute that keeps the suspect from speaking in the room, if there is one. */
export function muteOn(state: ChatState, suspect: Suspect, room: string, now: number): Sanction | undefined {
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
export function inForce(state: ChatState, now: number): Sanction[] {
  return [...state.sanctions.values()].filter(({ until }) => until === undefined || until > now);
}

function find(state: ChatState, now: number, wanted: (sanction: Sanction) => boolean): Sanction | undefined {
  for (const sanction of state.sanctions.values()) {
    if (sanction.until !== undefined && sanction.until <= now) continue;
    if (wanted(sanction)) return sanction;
  }
  return undefined;
}

/** What is known about the one behind this connection. */
export function suspectOf({ address, member, login }: Session): Suspect {
  const author = login ? accountAuthor(login.account.id) : member?.author;
  const name = login?.account.name ?? member?.name;
  return given({ address, author, key: name === undefined ? undefined : nameKey(name) });
}

/** Whether the ban or mute applies to the suspect, by author, name or address. */
export function concerns(sanction: Sanction, { author, key, address }: Suspect): boolean {
  if (author !== undefined && sanction.author === author) return true;
  if (key !== undefined && sanction.key === key) return true;
  return address !== undefined && sanction.address !== undefined && inRange(address, sanction.address);
}
