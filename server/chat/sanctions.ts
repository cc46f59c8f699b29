/** Bans and mutes in force: whom they are about, and whether one is over. */
import { inRange } from './addresses.ts';
import { accountAuthor } from './authors.ts';
import type { Sanction } from './records.ts';
import type { Session } from './sessions.ts';
import type { ChatState } from './state.ts';
import { given } from '#wire/given';
import { nameKey } from '#wire/names';

/** Who or what is looked at: whatever is known of it. */
export interface Suspect {
  readonly author?: string;
  /** Of the name it goes by. */
  readonly key?: string;
  readonly address?: string;
}

/** The ban that keeps this one out, if there is one. */
export function banOn(state: ChatState, suspect: Suspect, now: number): Sanction | undefined {
  return find(state, now, (sanction) => sanction.kind === 'ban' && concerns(sanction, suspect));
}

/** The mute that keeps this one from speaking in the room, if there is one. */
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

/** Those that have not run out. */
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

/** What is known of whoever is behind this connection. */
export function suspectOf({ address, member, login }: Session): Suspect {
  const author = login ? accountAuthor(login.account.id) : member?.author;
  const name = login?.account.name ?? member?.name;
  return given({ address, author, key: name === undefined ? undefined : nameKey(name) });
}

/** Whether the ban or mute is about this one, by author, name or address. */
export function concerns(sanction: Sanction, { author, key, address }: Suspect): boolean {
  if (author !== undefined && sanction.author === author) return true;
  if (key !== undefined && sanction.key === key) return true;
  return address !== undefined && sanction.address !== undefined && inRange(address, sanction.address);
}
