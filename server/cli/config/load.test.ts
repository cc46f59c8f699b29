import { describe, expect, it } from 'vitest';
import { type Given, SettingError, loadSettings } from './load.ts';
import { KEYS, SETTINGS, variableOf } from './settings.ts';

const NOTHING: Given = { file: undefined, environment: {}, flags: {} };
const file = (text: string): Given['file'] => ({ name: 'wireglass.config.json', text });

function refusal(given: Partial<Given>): string {
  try {
    loadSettings({ ...NOTHING, ...given });
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

it('uses the defaults', () => {
  const { settings, sources } = loadSettings(NOTHING);
  for (const key of KEYS) expect(settings[key], key).toBe(SETTINGS[key].fallback);
  expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
});

it('lets the environment override the file, and flags override both', () => {
  const { settings, sources } = loadSettings({
    file: file('{"accounts": {"mode": "required"}, "ports": {"plain": 1, "psk": 2, "tls": 3}, "tap": false}'),
    environment: { WIREGLASS_PORTS_PSK: '22', WIREGLASS_PORTS_TLS: '33', PATH: '/bin' },
    flags: { 'ports.tls': 333 },
  });
  expect([settings['ports.plain'], settings['ports.psk'], settings['ports.tls']]).toEqual([1, 22, 333]);
  expect([sources['ports.plain'], sources['ports.psk'], sources['ports.tls']]).toEqual([
    'file',
    'environment',
    'flag',
  ]);
  expect([settings['accounts.mode'], settings.tap]).toEqual(['required', false]);
});

it('accepts dotted names in the file, too', () => {
  const { settings } = loadSettings({ ...NOTHING, file: file('{"rates.say": {"burst": 7}}') });
  expect(settings['rates.say.burst']).toBe(7);
});

it('reads each setting from its variable', () => {
  const words: Record<string, string> = { boolean: 'yes', number: '7', string: 'x' };
  for (const key of KEYS) {
    const { expected, fallback } = SETTINGS[key];
    const text = /^(?:one|any) of (\S+?)(,|$)/.exec(expected)?.[1] ?? words[typeof fallback];
    const { sources } = loadSettings({ ...NOTHING, environment: { [variableOf(key)]: text } });
    expect(sources[key], key).toBe('environment');
  }
});

describe('a wrong value is named with its place and what was expected', () => {
  it.each([
    [{ file: file('{') }, /^wireglass\.config\.json: not JSON: /],
    [{ file: file('[]') }, 'wireglass.config.json: the file: expected an object'],
    [
      { file: file('{"accounts": {"mode": "sometimes"}}') },
      'wireglass.config.json: accounts.mode: expected one of guests, optional, required; got "sometimes"',
    ],
    [{ file: file('{"accounts": "required"}') }, 'wireglass.config.json: accounts: expected an object'],
    [
      { file: file('{"acounts": {"mode": "required"}}') },
      /^wireglass\.config\.json: acounts: there is no such setting/,
    ],
    [
      { file: file('{"accounts": {"mod": "required"}}') },
      'wireglass.config.json: accounts.mod: there is no such setting; did you mean accounts.mode?',
    ],
    [
      { file: file('{"ports": {"web": "8080"}}') },
      'wireglass.config.json: ports.web: expected a port, 0 to 65535 (0 picks a free one); got "8080"',
    ],
    [
      { environment: { WIREGLASS_PORTS_WEB: '80 80' } },
      'WIREGLASS_PORTS_WEB: expected a port, 0 to 65535 (0 picks a free one); got "80 80"',
    ],
    [{ environment: { WIREGLASS_TAP: 'maybe' } }, 'WIREGLASS_TAP: expected true or false; got "maybe"'],
    [
      { environment: { WIREGLASS_PORTS_WEBB: '1' } },
      'WIREGLASS_PORTS_WEBB: there is no such setting; did you mean WIREGLASS_PORTS_WEB?',
    ],
    [
      { flags: { 'limits.connections': 0 } },
      '--limits.connections: expected a number of connections, at least 1; got 0',
    ],
  ] satisfies [Partial<Given>, string | RegExp][])('%j', (given, message) => {
    if (typeof message === 'string') expect(refusal(given)).toBe(message);
    else expect(refusal(given)).toMatch(message);
  });

  it('even if another place overrides it', () => {
    const given = { environment: { WIREGLASS_ACCOUNTS_MODE: 'x' }, flags: { 'accounts.mode': 'guests' } };
    expect(refusal(given)).toMatch(/^WIREGLASS_ACCOUNTS_MODE: /);
  });
});

it.each([
  ['WIREGLASS_HOTS', 'WIREGLASS_HOST'],
  ['WIREGLASS_DATE', 'WIREGLASS_DATA'],
  ['WIREGLASS_CONFIGG', 'WIREGLASS_CONFIG'],
  ['WIREGLASS_TOKENS', 'WIREGLASS_TOKEN'],
])('refuses the misspelt variable %s, and says what may be meant', (name, meant) => {
  expect(refusal({ environment: { [name]: 'x' } })).toBe(
    `${name}: there is no such setting; did you mean ${meant}?`,
  );
});

it('ignores variables of Wireglass that are not settings, and those of other programs', () => {
  const environment = {
    WIREGLASS_TOKEN: 'x',
    WIREGLASS_LOGINS: 'x',
    WIREGLASS_FLUX_CAPACITOR: 'x',
    WIREGLASS_PROT: '1',
  };
  expect(loadSettings({ ...NOTHING, environment }).settings.host).toBe('127.0.0.1');
});
