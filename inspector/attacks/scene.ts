/** How scenes begin and end that many attacks share. */
import type { ChatError } from '#client/errors';
import { concat } from '#protocol/bytes';
import type { Finding } from './contract.ts';
import type { Towards, Unit } from './mallory/mallory.ts';
import type { Person } from './person.ts';
import type { World } from './world.ts';

export const LAST = 'that was all';

type Noticed = Extract<Finding, { kind: 'noticed' }>;

export interface Both {
  readonly ana: Person;
  readonly ben: Person;
}

/** Ana and ben are in the room. */
export async function bothThere(world: World): Promise<Both> {
  const ben = await world.ben();
  return { ben, ana: await world.ana() };
}

/** Ana has an account and logs in, with a password that nobody can guess. */
export async function loggedIn(world: World): Promise<{ readonly ana: Person; readonly password: string }> {
  const password = world.secret();
  await world.register('ana', password);
  return { password, ana: await world.ana({ password }) };
}

/** Says it and does not wait for an acknowledgement, which may never come. */
export function mutter(person: Person, text: string): void {
  person.say(text).catch(() => undefined);
}

/**
 * `speaker` goes on: resolves with `undefined` once the other has heard it, and all that came before it. Or somebody has noticed
 * what was done to the connection of `victim`, and it is over.
 */
export async function goesOn(
  world: World,
  speaker: Person,
  other: Person,
  victim = speaker,
): Promise<Noticed | undefined> {
  mutter(speaker, LAST);
  return Promise.race([other.hears(LAST).then(() => undefined), noticed(world, victim)]);
}

/** What came of a message that Mallory has put into ana's connection. `others`: what ana has said herself before. */
export async function forgedOrNot(
  world: World,
  { ana, ben }: Both,
  forged: string,
  others: readonly string[] = [],
): Promise<Finding> {
  const noticed = await goesOn(world, ana, ben);
  if (noticed) return noticed;
  const heard = ben.heard.find(({ text }) => text !== LAST && !others.includes(text));
  if (heard) return { kind: 'gained', what: 'what ben hears from ana', wanted: forged, got: heard.text };
  return { kind: 'nothing', state: 'the server leaves the record out, and ben hears nothing of it' };
}

/** Resolves once the server or this person's client has ended the connection because something was wrong. */
export async function noticed(world: World, person: Person): Promise<Noticed> {
  const error = await Promise.race([person.ended, world.refused().then(() => undefined)]);
  return noticedBy(world, error);
}

/** The server's own reason counts before what its client makes of it. */
export function noticedBy({ refusals }: World, error: ChatError | undefined): Noticed {
  const [refusal] = refusals;
  if (refusal) return { kind: 'noticed', by: 'the server', code: refusal.code };
  return { kind: 'noticed', by: 'the client', code: error?.code ?? 'closed' };
}

/** Mallory does something with the next unit in this direction, and passes on everything else. Resolves with that unit. */
export function meddleOnce(
  { mallory }: World,
  towards: Towards,
  change: (bytes: Uint8Array) => readonly Uint8Array[],
): Promise<Unit> {
  return new Promise((resolve) => {
    mallory.rule = (unit) => {
      if (unit.towards !== towards) return [unit.bytes];
      mallory.rule = ({ bytes }) => [bytes];
      resolve(unit);
      return change(unit.bytes);
    };
  });
}

/** All that Mallory has heard in one direction, one after the other. */
export function allHeard({ mallory }: World, towards: Towards, connection?: number): Uint8Array {
  const units = mallory.heard.filter(
    (unit) => unit.towards === towards && (connection === undefined || unit.connection === connection),
  );
  return concat(units.map(({ bytes }) => bytes));
}
