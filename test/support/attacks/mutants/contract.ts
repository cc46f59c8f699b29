/** What a mutant of the code is: a defence taken out, and the cells of the matrix that must change. */
import { SOUND_SUITES, WEAK_SUITES } from '#channel/psk/suites';
import type { Edit } from '../mutant.ts';

/** A verdict for each target whose cell changes. */
export type Changed = Readonly<Record<string, string>>;

export interface Mutant {
  readonly without: string;
  readonly edits: readonly Edit[];
  /** By attack and target; all other cells of the whole matrix stay as they are. */
  readonly changes: Readonly<Record<string, Changed>>;
  /** Further changes, of attacks that only the whole matrix plays. */
  readonly also?: Readonly<Record<string, Changed>>;
  /** Only `npm run mutants` plays it: it takes long, or is one more of a kind that others show. */
  readonly onlyWhole?: true;
  /** By attack and target, where the verdict stays and another defence is the one that notices: the code it says so with. */
  readonly codes?: Readonly<Record<string, Changed>>;
  /** An attack about something else, which stays as it is. */
  readonly unmoved?: readonly string[];
}

export const psk = (suites: readonly { readonly name: string }[], verdict: string): Changed =>
  Object.fromEntries(suites.map(({ name }) => [`psk ${name}`, verdict]));
export const suites = (verdict: string, ...names: readonly string[]): Changed =>
  Object.fromEntries(names.map((name) => [`psk ${name}`, verdict]));
export const sound = (verdict: string): Changed => psk(SOUND_SUITES, verdict);
export const numbered = (verdict: string): Changed =>
  psk(
    [...SOUND_SUITES, ...WEAK_SUITES].filter((suite) => suite.numbered),
    verdict,
  );
export const everySuite = (verdict: string): Changed => psk([...SOUND_SUITES, ...WEAK_SUITES], verdict);
export const fixedKeys = (verdict: string): Changed =>
  psk(
    WEAK_SUITES.filter(({ keys }) => keys === 'static'),
    verdict,
  );
/** Inside tls+psk, psk still stands. */
export const tls = (verdict: string, inside = 'prevented'): Changed => ({
  'tls 1.2': verdict,
  'tls 1.3': verdict,
  'tls+psk': inside,
});
