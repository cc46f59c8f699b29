/** Environment variables that begin with `WIREGLASS_`: the known ones, and what a misspelt one may have meant. */
import { nearest } from '#dissect/filter/nearest';
import { LOGINS_VARIABLE } from '#client/logins/logins';
import { WORKSPACE_VARIABLE } from '#labs/runner/workspace';
import { PASSWORD_VARIABLE, PSK_VARIABLE } from '#client-cli/settings';
import { KEYS, variableOf } from './settings.ts';

const OURS = /^WIREGLASS_/;
/** Variables of the groups of settings: one that begins like this cannot be anything else. */
const GROUPS = /^WIREGLASS_(PORTS|ACCOUNTS|PSK|LIMITS|RATES)_/;

export const CONFIG_VARIABLE = 'WIREGLASS_CONFIG';

const KNOWN: readonly string[] = [
  ...KEYS.map(variableOf),
  CONFIG_VARIABLE,
  LOGINS_VARIABLE,
  PASSWORD_VARIABLE,
  PSK_VARIABLE,
  WORKSPACE_VARIABLE,
  // Used by `wireglass capture` and by the tests.
  'WIREGLASS_TOKEN',
  'WIREGLASS_VECTORS',
];

export interface Misspelt {
  readonly name: string;
  /** The variable that was meant, as far as one can tell. */
  readonly meant: string | undefined;
}

/** The first variable that is certainly meant for Wireglass and misspelt. */
export function misspelt(environment: Readonly<Record<string, string | undefined>>): Misspelt | undefined {
  for (const name of unknownVariables(environment)) {
    const meant = meantBy(name);
    if (meant !== undefined || GROUPS.test(name)) return { name, meant };
  }
  return undefined;
}

/** Variables that begin with `WIREGLASS_` but resemble none of the known ones: other programs may have set them. */
export function strangeVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return unknownVariables(environment).filter((name) => !GROUPS.test(name) && meantBy(name) === undefined);
}

/** Compares without the common beginning: by whole names, `WIREGLASS_PROT` would count as a slip for `WIREGLASS_LOG`. */
function meantBy(name: string): string | undefined {
  const ownPart = (variable: string): string => variable.replace(OURS, '');
  const [meant] = nearest(ownPart(name), KNOWN.map(ownPart));
  return meant === undefined ? undefined : `WIREGLASS_${meant}`;
}

function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment).filter((name) => OURS.test(name) && !KNOWN.includes(name));
}
