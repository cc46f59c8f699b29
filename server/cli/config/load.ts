/** Settings from the configuration file, the environment and the flags; each overrides those before it. */
import * as v from 'valibot';
import { nearest } from '#dissect/filter/nearest';
import { KEYS, type Key, SETTINGS, type Settings, variableOf } from './settings.ts';
import { misspelt } from './variables.ts';

export const CONFIG_FILE = 'wireglass.config.json';

export type Source = 'default' | 'file' | 'environment' | 'flag';

export interface Given {
  /** Text of the configuration file, with its name for messages; `undefined` when there is none. */
  readonly file: { readonly name: string; readonly text: string } | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values from the command line, as the flags' parsers returned them. */
  readonly flags: Partial<Readonly<Record<Key, unknown>>>;
}

export interface Loaded {
  readonly settings: Settings;
  readonly sources: Readonly<Record<Key, Source>>;
}

/** A setting has a wrong value. The message names its place and what was expected. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** Throws `SettingError` for the first value that is wrong. */
export function loadSettings({ file, environment, flags }: Given): Loaded {
  const fromFile = file === undefined ? {} : parseFile(file.name, file.text);
  checkVariables(environment);
  const sources = {} as Record<Key, Source>;
  const settings = {} as Record<Key, unknown>;
  for (const key of KEYS) {
    const found = pick(key, { name: file?.name ?? CONFIG_FILE, fromFile, environment, flags });
    settings[key] = found.value;
    sources[key] = found.source;
  }
  return { settings: settings as Settings, sources };
}

interface SettingSources {
  readonly name: string;
  readonly fromFile: Partial<Record<Key, unknown>>;
  readonly environment: Given['environment'];
  readonly flags: Given['flags'];
}

function pick(
  key: Key,
  { name, fromFile, environment, flags }: SettingSources,
): { readonly value: unknown; readonly source: Source } {
  const { fallback, fromText, flag } = SETTINGS[key];
  const variable = variableOf(key);
  const text = environment[variable];
  const found = { value: fallback as unknown, source: 'default' as Source };
  // All values are checked, even those that another place overrides.
  if (fromFile[key] !== undefined)
    Object.assign(found, { value: checked(key, fromFile[key], `${name}: ${key}`), source: 'file' });
  if (text !== undefined && text !== '')
    Object.assign(found, {
      value: checked(key, fromText(text), variable, text),
      source: 'environment',
    });
  if (flags[key] !== undefined)
    Object.assign(found, { value: checked(key, flags[key], `--${flag ?? key}`), source: 'flag' });
  return found;
}

function checked(key: Key, value: unknown, place: string, shown: unknown = value): unknown {
  const { schema, expected } = SETTINGS[key];
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new SettingError(`${place}: expected ${expected}; got ${JSON.stringify(shown)}`);
}

/** The file's values by key. Its objects follow the dots of the keys: `{"accounts": {"mode": "required"}}`. */
function parseFile(name: string, text: string): Partial<Record<Key, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SettingError(`${name}: not JSON: ${(error as Error).message}`);
  }
  const values: Partial<Record<Key, unknown>> = {};
  flatten(name, json, '', values);
  return values;
}

function flatten(name: string, json: unknown, prefix: string, values: Partial<Record<Key, unknown>>): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new SettingError(`${name}: ${prefix || 'the file'}: expected an object`);
  for (const [part, value] of Object.entries(json)) {
    const key = prefix === '' ? part : `${prefix}.${part}`;
    // For editors, which look up the allowed settings there.
    if (key === '$schema') continue;
    if (isKey(key)) values[key] = value;
    else if (KEYS.some((known) => known.startsWith(`${key}.`))) flatten(name, value, key, values);
    else throw new SettingError(`${name}: ${key}: there is no such setting${hint(key, KEYS)}`);
  }
}

function checkVariables(environment: Given['environment']): void {
  const found = misspelt(environment);
  if (!found) return;
  const meant = found.meant === undefined ? '' : `; did you mean ${found.meant}?`;
  throw new SettingError(`${found.name}: there is no such setting${meant}`);
}

function isKey(key: string): key is Key {
  return Object.hasOwn(SETTINGS, key);
}

function hint(name: string, known: readonly string[]): string {
  const [near] = nearest(name, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
