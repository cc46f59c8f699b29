/** Environment variables that begin as ours: those that exist, and what a misspelt one may have meant. */
import { nearest } from '#dissect/filter/nearest';
import { LOGINS_VARIABLE } from '#client/logins';
import { PASSWORD_VARIABLE, PSK_VARIABLE } from '#client-cli/settings';
import { KEYS, variableOf } from './settings.ts';

const OURS = /^WIREGLASS_/;
/** Of the groups of settings: what begins so can be nothing else. */
const GROUPS = /^WIREGLASS_(PORTS|ACCOUNTS|LIMITS|RATES)_/;

export const CONFIG_VARIABLE = 'WIREGLASS_CONFIG';

const KNOWN: readonly string[] = [
  ...KEYS.map(variableOf),
  CONFIG_VARIABLE,
  LOGINS_VARIABLE,
  PASSWORD_VARIABLE,
  PSK_VARIABLE,
  // Of `wireglass capture`, and of the tests.
  'WIREGLASS_TOKEN',
  'WIREGLASS_VECTORS',
];

export interface Misspelt {
  readonly name: string;
  /** What was meant, as far as one can tell. */
  readonly meant: string | undefined;
}

/** The first variable that is meant for us and misspelt, beyond doubt. */
export function misspelt(environment: Readonly<Record<string, string | undefined>>): Misspelt | undefined {
  for (const name of unknownVariables(environment)) {
    const meant = meantBy(name);
    if (meant !== undefined || GROUPS.test(name)) return { name, meant };
  }
  return undefined;
}

/** Variables that begin as ours, are none, and resemble none: other programs may have set them. */
export function strangeVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return unknownVariables(environment).filter((name) => !GROUPS.test(name) && meantBy(name) === undefined);
}

/** What they all begin with says nothing: by whole names `WIREGLASS_PROT` would be as near to `WIREGLASS_LOG` as a slip. */
function meantBy(name: string): string | undefined {
  const ownPart = (variable: string): string => variable.replace(OURS, '');
  const [meant] = nearest(ownPart(name), KNOWN.map(ownPart));
  return meant === undefined ? undefined : `WIREGLASS_${meant}`;
}

function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment).filter((name) => OURS.test(name) && !KNOWN.includes(name));
}
