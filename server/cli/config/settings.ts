/**
 * Every setting of `wireglass serve`, as one table: the configuration file, the environment, the flags, the checks
 * and the reference page all come from it.
 */
import * as v from 'valibot';
import { DEFAULT_DATA } from '#data-folder/paths';
import { DEFENCE } from '#runtime/defence/defence';
import type { RateKind } from '#protocol/schemas/client-row';
import { WIRES, type WireName } from '#protocol/wires';
import { AUTH_MODES } from '#protocol/roles';
import { type SuiteName, WEAK_SUITES } from '#channel/psk/suites';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export interface Setting<T> {
  readonly schema: v.GenericSchema<T>;
  readonly fallback: T;
  /** What the schema accepts, in words: `a port from 0 to 65535`. */
  readonly expected: string;
  /** Converts the text of an environment variable or a flag to a value; `undefined` when it is not one. */
  readonly fromText: (text: string) => unknown;
  readonly note: string;
  /** For a switch that is on by default: what its flag does. */
  readonly off?: string;
  /** The name of the flag, if there is one: `host` for `--host`, `tap` for `--no-tap`. */
  readonly flag?: string;
}

const port = (fallback: number, note: string, flag: string): Setting<number> => ({
  schema: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  fallback,
  expected: 'a port, 0 to 65535 (0 picks a free one)',
  fromText: number,
  note,
  flag,
});

const text = (fallback: string, note: string, flag?: string): Setting<string> => ({
  schema: v.pipe(v.string(), v.minLength(1)),
  fallback,
  expected: 'text',
  fromText: (given) => given,
  note,
  ...(flag !== undefined && { flag }),
});

const choice = <const T extends readonly string[]>(
  choices: T,
  fallback: T[number],
  note: string,
  flag?: string,
): Setting<T[number]> => ({
  schema: v.picklist(choices),
  fallback,
  expected: `one of ${choices.join(', ')}`,
  fromText: (given) => given,
  note,
  ...(flag !== undefined && { flag }),
});

/** Any of the choices; as text with commas in between. */
const several = <T extends string>(
  choices: readonly T[],
  note: string,
  flag: string,
): Setting<readonly T[]> => ({
  schema: v.array(v.picklist(choices)),
  fallback: [],
  expected: `any of ${choices.join(', ')}; as text, with commas in between`,
  fromText: (given) => given.split(',').map((name) => name.trim()),
  note,
  flag,
});

const yesNo = (fallback: boolean, note: string, flag?: string, off?: string): Setting<boolean> => ({
  schema: v.boolean(),
  fallback,
  expected: 'true or false',
  fromText: (given) => ({ true: true, false: false, 1: true, 0: false, yes: true, no: false })[given],
  note,
  ...(off !== undefined && { off }),
  ...(flag !== undefined && { flag }),
});

const least = (lowest: number, fallback: number, unit: string, note: string): Setting<number> => ({
  schema: v.pipe(v.number(), v.minValue(lowest), v.maxValue(1e9)),
  fallback,
  expected: `a number of ${unit}, at least ${lowest}`,
  fromText: number,
  note,
});

const seconds = (milliseconds: number, note: string): Setting<number> =>
  least(1, milliseconds / 1_000, 'seconds', note);

function number(given: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(given.trim()) ? Number(given) : undefined;
}

/** `tls-psk` for `tls+psk`: a plus cannot be in the name of a flag. */
type FlagOf<W extends string> = W extends `${infer A}+${infer B}` ? `${A}-${FlagOf<B>}` : W;
type PortKey = { [W in WireName]: `ports.${FlagOf<W>}` }[WireName];

/** The setting with the port of a wire. */
export function portKey(wire: WireName): PortKey {
  return `ports.${wire.replaceAll('+', '-')}` as PortKey;
}

const wirePorts = Object.fromEntries(
  WIRES.map(({ name, port: usual }) => {
    const key = portKey(name);
    return [key, port(usual, `Port of the ${name} wire.`, key.slice('ports.'.length))];
  }),
) as Record<PortKey, Setting<number>>;

const rates = DEFENCE.rates as NonNullable<typeof DEFENCE.rates>;
const burst = (kind: RateKind, what: string): Setting<number> =>
  least(1, rates[kind].burst, 'requests', `${what}: how many a member may send at once.`);
const perSecond = (kind: RateKind, what: string): Setting<number> =>
  least(0.01, rates[kind].perSecond, 'requests per second', `${what}: how many per second after that.`);

const SAY = 'Messages, edits and deletions';
const ASK = 'Other requests';
const LOOK = 'Joins, history and searches';
const SIGN = 'Logins and other requests as costly as hashing a password';

export const SETTINGS = {
  data: text(
    DEFAULT_DATA,
    'Folder for the database, keys and certificates; created on the first start.',
    'data',
  ),
  host: text('127.0.0.1', 'Address to listen on; 0.0.0.0 lets the whole network in.', 'host'),
  ...wirePorts,
  'ports.web': port(8080, 'Port of the page.', 'web'),
  tap: yesNo(
    true,
    'Record what crosses each wire, and show it on the page.',
    'tap',
    'Do not record what crosses each wire.',
  ),
  log: choice(LOG_LEVELS, 'info', 'How much to log.', 'log'),
  'accounts.mode': choice(
    AUTH_MODES,
    'optional',
    'guests: there are no accounts; optional: guests and accounts; required: nobody talks without an account.',
    'accounts',
  ),
  'accounts.registration': yesNo(
    true,
    'Whether clients may create accounts.',
    'registration',
    'Do not let clients create accounts.',
  ),
  'accounts.guests-on-lan': yesNo(
    true,
    'Whether guests from other machines may talk on wires that ask for no key, plain and tls. In a class they may not, unless this says so.',
    'guests-on-lan',
    'Let no guests from other machines talk on wires that ask for no key.',
  ),
  'accounts.plain-passwords': yesNo(
    false,
    'Accept passwords on the plain wire, where anyone in between can read them: for a lesson.',
    'plain-passwords',
  ),
  'psk.weak-suites': several<SuiteName>(
    WEAK_SUITES.map(({ name }) => name),
    'Suites of the psk wires that exist to be broken in a lesson, besides the sound ones; only where `host` is loopback, unless psk.weak-suites-on-lan is said as well.',
    'weak-suites',
  ),
  'psk.weak-suites-on-lan': yesNo(
    false,
    'Accept those weak suites from other machines, too: for a class on a network of its own. Anyone on that network can then read and forge what is sent with them, passwords and tokens included.',
    'weak-suites-on-lan',
  ),
  'limits.handshake-timeout': seconds(DEFENCE.handshakeTimeout, 'Time for a TLS or psk handshake.'),
  'limits.join-timeout': seconds(DEFENCE.joinTimeout, 'Time until a new connection joins its first room.'),
  'limits.frame-timeout': seconds(DEFENCE.frameTimeout, 'Time until a frame that was begun is complete.'),
  'limits.idle-timeout': seconds(DEFENCE.idleTimeout, 'Time without a byte from a client.'),
  'limits.connections': least(1, DEFENCE.connections, 'connections', 'Connections on the whole server.'),
  'limits.connections-per-address': least(
    1,
    DEFENCE.connectionsPerAddress,
    'connections',
    'Connections from one address or IPv6 /64; loopback does not count.',
  ),
  'rates.say.burst': burst('say', SAY),
  'rates.say.per-second': perSecond('say', SAY),
  'rates.ask.burst': burst('ask', ASK),
  'rates.ask.per-second': perSecond('ask', ASK),
  'rates.look.burst': burst('look', LOOK),
  'rates.look.per-second': perSecond('look', LOOK),
  'rates.sign.burst': burst('sign', SIGN),
  'rates.sign.per-second': perSecond('sign', SIGN),
} as const satisfies Record<
  string,
  Setting<never> | Setting<string> | Setting<number> | Setting<boolean> | Setting<readonly SuiteName[]>
>;

export type Key = keyof typeof SETTINGS;
export const KEYS = Object.keys(SETTINGS) as Key[];
export type Settings = { readonly [K in Key]: v.InferOutput<(typeof SETTINGS)[K]['schema']> };

/** A default as the help and the reference page show it. */
export function shownDefault({ fallback }: Setting<unknown>): string {
  return Array.isArray(fallback) && fallback.length === 0 ? 'none' : String(fallback);
}

/** `accounts.plain-passwords` is `WIREGLASS_ACCOUNTS_PLAIN_PASSWORDS` in the environment. */
export function variableOf(key: Key): string {
  return `WIREGLASS_${key.toUpperCase().replace(/[.-]/g, '_')}`;
}
