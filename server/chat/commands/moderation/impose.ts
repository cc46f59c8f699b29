/** Bans and mutes: they are stored first, then put in force. */
import { ifLesser } from './whom.ts';
import { type Context, ask, withoutUndefined, nameOf, refuse } from '../command.ts';
import type { Effect } from '../../effects.ts';
import type { Sanction } from '../../records.ts';
import { followTo, inForce } from '../../sanctions.ts';
import type { Standing } from '../../standing.ts';
import type { ChatState } from '../../state.ts';
import { toHex } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';

type Ref = string | undefined;
type Order = Pick<Sanction, 'kind' | 'author' | 'name' | 'key' | 'address' | 'room' | 'reason'>;

export interface Duration {
  readonly ref: Ref;
  readonly seconds: number | undefined;
}

/** Replaces a sanction of the same kind that has the same target in the same place. */
export function impose(
  context: Context,
  order: Order,
  { ref, seconds }: Duration,
  then: (sanction: Standing, context: Context) => Effect[],
): Effect[] {
  const { state, session, now, random } = context;
  forgetPast(state, now);
  if (state.sanctions.size >= LIMITS.sanctions) return refuse(session, 'too_many', withoutUndefined({ ref }));
  const began = state.steady(now);
  const until = seconds === undefined ? undefined : now + seconds * 1_000;
  const sanction = { ...order, id: toHex(random(8)), until, by: nameOf(session), ts: now };
  return ask(context, 'saveSanction', { sanction, ref }, (_, saved) => {
    const replaced = inForce(saved.state, saved.now).filter((other) => isSame(other, sanction));
    // It has been in force since it was requested.
    const standing = state.impose(sanction, began);
    for (const session of state.sessions.values()) followTo(standing, session);
    const effects = then(standing, saved);
    return replaced.length === 0 ? effects : [...effects, ...drop(saved, replaced, ref, () => [])];
  });
}

/** Lifts these sanctions, unless there are none or the asker does not outrank one of their targets. */
export function lift(
  context: Context,
  sanctions: readonly Standing[],
  ref: Ref,
  then: (lifted: readonly Standing[], context: Context) => Effect[],
): Effect[] {
  const [first] = sanctions;
  if (!first) return refuse(context.session, 'no_such_member', withoutUndefined({ ref }));
  // Sanctions found by one name or address mostly concern one person; the rank of each target is checked all the same.
  return sanctions.reduceRight<(context: Context) => Effect[]>(
    (next, { author, name = '' }) =>
      (later) =>
        author === undefined ? next(later) : ifLesser(later, { author, name, ref }, next),
    (later) => drop(later, sanctions, ref, then),
  )(context);
}

function drop(
  context: Context,
  sanctions: readonly Standing[],
  ref: Ref,
  then: (lifted: readonly Standing[], context: Context) => Effect[],
): Effect[] {
  const ids = sanctions.map(({ id }) => id);
  return ask(context, 'liftSanctions', { ids, ref }, (_, lifted) => {
    for (const id of ids) lifted.state.sanctions.delete(id);
    return then(sanctions, lifted);
  });
}

function isSame(a: Sanction, b: Sanction): boolean {
  // A mute gets the address that its member has now.
  const sameAddress = a.kind === 'mute' || a.address === b.address;
  return a.kind === b.kind && a.author === b.author && sameAddress && a.room === b.room;
}

function forgetPast(state: ChatState, now: number): void {
  const at = state.steady(now);
  for (const [id, { ends = Infinity }] of state.sanctions) if (ends <= at) state.sanctions.delete(id);
}
