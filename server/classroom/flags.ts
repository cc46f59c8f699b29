/**
 * Flags: each student has one of their own, which only the student can read, and hands it in. A flag that comes from somebody
 * else shows that an answer was handed on. Times are milliseconds since 1970.
 */
import type { FlagStanding } from '#dissect/page-flag';
import { CLASS_CAPS } from '#dissect/page-class';

/** A flag that a student has handed in. */
export interface HandedIn {
  /** For whom it was made. */
  readonly whose: number;
  readonly time: number;
}

/** With one more; undefined if it is among them already, or there are too many of others. */
export function withFlag(
  before: readonly HandedIn[],
  { person, whose, now }: { readonly person: number; readonly whose: number; readonly now: number },
): readonly HandedIn[] | undefined {
  if (before.some((each) => each.whose === whose)) return undefined;
  const others = before.filter((each) => each.whose !== person).length;
  if (whose !== person && others >= CLASS_CAPS.flagsOfOthers) return undefined;
  return [...before, { whose, time: now }];
}

/** What those who lead are told of it; undefined if the student has handed in nothing. `nameOf`: undefined for who is gone. */
export function flagStanding(
  person: number,
  handedIn: readonly HandedIn[],
  nameOf: (person: number) => string | undefined,
): FlagStanding | undefined {
  if (handedIn.length === 0) return undefined;
  const own = handedIn.find(({ whose }) => whose === person);
  const others = handedIn.flatMap(({ whose, time }) => {
    const name = whose === person ? undefined : nameOf(whose);
    return name === undefined ? [] : [{ name, time }];
  });
  return { own: own?.time ?? null, others };
}
