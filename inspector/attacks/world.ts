/**
 * What an attack is played in: a chat server with its real code on real sockets, ana who talks through Mallory, ben who hears what
 * arrives, and a tap on each side of Mallory. It is made anew for each attack, on this machine, and is gone afterwards.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { SharedKey } from '#channel/psk/keys';
import { WEAK_SUITES } from '#channel/psk/suites';
import type { Policy } from '#chat/policy';
import type { PlaceName } from '#dissect/page-attacks';
import type { WireAddress } from '#client/errors';
import { isErrorCode } from '#protocol/errors';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { type ChatServer, startServer } from '#runtime/server';
import { openStore } from '#store/store';
import { Recorder } from '#tap/recorder';
import { type Address, startTap } from '#tap/tap';
import { type Identities, SERVER_NAME, identities } from './identities.ts';
import { Mallory } from './mallory/mallory.ts';
import { Person, type PersonOptions } from './person.ts';
import { Stranger } from './mallory/stranger.ts';

import { type Target, outermost } from './targets.ts';

const HOME = '127.0.0.1';
const ANY: Address = { host: HOME, port: 0 };
const KEY_BYTES = 32;
const SECRET_BYTES = 12;
/** Milliseconds for a client whose messages a person holds by hand. */
const PATIENT = { timeout: 600_000, keepAlive: { idle: 3_600_000, answer: 600_000 } } as const;

export interface WorldOptions {
  /** Whether people have accounts and passwords, and may send them over any wire: a lesson about wires needs the weak ones, too. */
  readonly accounts: boolean;
  /** Whether the server accepts weak suites besides the one of its clients. */
  readonly alsoWeak: boolean;
  /** The shared key of the psk wires; a random one unless a lesson is about its weakness. */
  readonly psk: () => Uint8Array;
  /** Rounds of bcrypt as a power of two; few, unless a lesson is about them. */
  readonly passwordCost: number;
  /** Words that whoever plays the attack has chosen, in place of its own. */
  readonly words: string | undefined;
  /** Told of what happens around Mallory: what persons see, and what the server logs. */
  readonly tell: (place: PlaceName, title: string, text: string) => void;
}

const USUAL: WorldOptions = {
  accounts: false,
  alsoWeak: false,
  psk: () => randomBytes(KEY_BYTES),
  passwordCost: 4,
  words: undefined,
  tell: () => undefined,
};

/** A line of the server's log that tells of a refusal. */
export interface Refusal {
  readonly code: string;
  readonly wire: WireName;
}

export interface World {
  readonly target: Target;
  readonly mallory: Mallory;
  /** What the taps have seen: between ana and Mallory, and between Mallory and the server. */
  readonly recorder: Recorder;
  /** Lines of a key log that open it all. Not Mallory’s: only for whoever looks at the recording afterwards. */
  readonly secrets: readonly string[];
  /** Where a wire of the server is, for Mallory to connect to as anyone can. */
  readonly address: (wire?: WireName) => Address;
  /** The key that both sides share on the psk wires: what an attack is judged by, or what has leaked. */
  readonly psk: SharedKey;
  readonly certificates: Identities;
  /** The file in which the server keeps everything. */
  readonly database: string;
  /** A person whose connection goes through Mallory. She does not come back by herself after her connection is lost. */
  readonly ana: (options?: PersonOptions) => Promise<Person>;
  /** Somebody else whose connection goes through Mallory. */
  readonly through: (name: string) => Promise<Person>;
  /** Ana, over a path that leads to this address instead, with a client that waits for as long as a person may think. */
  readonly anaBy: (address: Address, name?: string) => Promise<Person>;
  /** A person who is connected to the server itself. */
  readonly ben: () => Promise<Person>;
  /** Makes an account, as the operator does. */
  readonly register: (name: string, password: string) => Promise<void>;
  /** Enters over the plain wire with the token of a login. */
  readonly withToken: (account: string, token: string) => Promise<Person>;
  /** A bare connection to the wire under attack, as anyone can open one. */
  readonly stranger: () => Promise<Stranger>;
  /** The words that whoever plays the attack has chosen; otherwise `usual`. */
  readonly words: (usual: string) => string;
  /** Text that nobody can guess: the truth that an attack is judged by. */
  readonly secret: () => string;
  /** In an order that nobody can guess. */
  readonly shuffled: <T>(values: readonly T[]) => T[];
  /** What is closed before the world ends. */
  readonly atTheEnd: (close: Closing) => void;
  /** What the server has refused so far on the wire under attack. */
  readonly refusals: readonly Refusal[];
  /** Resolves with the first of them, past or future. */
  readonly refused: () => Promise<Refusal>;
}

/** Makes a world, lets `play` go on in it, and leaves nothing of it behind. */
export async function inWorld<T>(
  target: Target,
  options: Partial<WorldOptions>,
  play: (world: World) => Promise<T>,
): Promise<T> {
  const { accounts, alsoWeak, psk, passwordCost, words, tell } = { ...USUAL, ...options };
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-attack-'));
  const certificates = await identities();
  const key: SharedKey = { id: 'attack', key: psk() };
  const database = join(folder, 'chat.sqlite');
  const store = await openStore(database);
  const log = new Log(target.wire, (refusal) => tell('server', 'The server ends a connection', refusal.code));
  const secrets: string[] = [];
  const policy: Policy = { mode: 'optional', registration: true, passwordWires: WIRE_NAMES };
  const server = await startServer({
    store,
    tls: certificates.server,
    keys: [key],
    suites: target.suite && [target.suite, ...(alsoWeak ? WEAK_SUITES : [])],
    listen: { [target.wire]: { host: HOME, port: 0 }, plain: { host: HOME, port: 0 } },
    // For whoever looks at the recording afterwards, and not for Mallory.
    keyLog: (line) => secrets.push(line),
    log: pino({ base: null, level: 'debug' }, log),
    passwords: { cost: passwordCost },
    // They would only make Mallory slower.
    defence: { rates: undefined },
    ...(accounts && { policy }),
  });
  const end: Closing[] = [
    () => rm(folder, { recursive: true, force: true }),
    () => store.close(),
    () => server.close(),
  ];
  try {
    return await play(
      await peopled({ target, server, certificates, database, key, log, end, words, tell, secrets }),
    );
  } finally {
    for (const close of end.reverse()) await close();
  }
}

type Closing = () => Promise<unknown>;

interface Parts {
  readonly target: Target;
  readonly server: ChatServer;
  readonly certificates: Identities;
  readonly database: string;
  readonly key: SharedKey;
  readonly log: Log;
  readonly end: Closing[];
  readonly words: string | undefined;
  readonly tell: WorldOptions['tell'];
  readonly secrets: readonly string[];
}

async function peopled(parts: Parts): Promise<World> {
  const { target, server, certificates, database, key, log, end, words, tell, secrets } = parts;
  const recorder = new Recorder();
  const address = (wire: WireName = target.wire): Address => server.addresses[wire] as Address;
  const back = await startTap({ wire: target.wire, listen: ANY, target: address(), recorder });
  end.push(() => back.close());
  const mallory = await Mallory.between(back.address, outermost(target));
  end.push(() => mallory.close());
  const front = await startTap({ wire: target.wire, listen: ANY, target: mallory.address, recorder });
  end.push(() => front.close());
  const known = { ca: certificates.server.ca, keys: [key], servername: SERVER_NAME, suite: target.suite };
  const telling = (title: string, text: string): void => tell('victim', title, text);
  const enter = async (
    at: WireAddress & Partial<typeof PATIENT>,
    name: string,
    options: PersonOptions = {},
  ): Promise<Person> => {
    const person = await Person.enter(
      { ...known, ...at, name, newestTls: target.newestTls, tell: telling },
      options,
    );
    end.push(() => person.close());
    return person;
  };
  return {
    target,
    mallory,
    recorder,
    secrets,
    address,
    psk: key,
    certificates,
    database,
    ana: (options) => enter({ wire: target.wire, ...front.address }, 'ana', options),
    through: (name) => enter({ wire: target.wire, ...front.address }, name),
    anaBy: (path, name = 'ana') => enter({ wire: target.wire, ...path, ...PATIENT }, name),
    ben: () => enter({ wire: 'plain', ...address('plain') }, 'ben'),
    register: async (name, password) => void (await server.accounts.add({ name, password })),
    withToken: (account, token) => enter({ wire: 'plain', ...address('plain') }, account, { token }),
    stranger: async () => {
      const stranger = await Stranger.connect(address(), outermost(target));
      end.push(() => stranger.close());
      return stranger;
    },
    words: (usual) => words ?? usual,
    secret: () => randomBytes(SECRET_BYTES).toString('hex'),
    shuffled,
    atTheEnd: (close) => void end.push(close),
    refusals: log.refusals,
    refused: () => log.first(),
  };
}

/** Keeps the refusals of one wire out of the lines of the server's log. */
class Log {
  readonly refusals: Refusal[] = [];
  readonly #wire: WireName;
  readonly #waiting: ((refusal: Refusal) => void)[] = [];
  readonly #tell: (refusal: Refusal) => void;

  constructor(wire: WireName, tell: (refusal: Refusal) => void) {
    this.#wire = wire;
    this.#tell = tell;
  }

  write(text: string): void {
    const { wire, code } = JSON.parse(text) as Partial<Refusal>;
    // Orderly ends are logged with a code of their own.
    if (wire !== this.#wire || code === undefined || !isErrorCode(code)) return;
    const refusal = { wire, code };
    this.refusals.push(refusal);
    this.#tell(refusal);
    for (const tell of this.#waiting.splice(0)) tell(refusal);
  }

  first(): Promise<Refusal> {
    const [refusal] = this.refusals;
    return refusal ? Promise.resolve(refusal) : new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Fisher and Yates. */
function shuffled<T>(values: readonly T[]): T[] {
  const order = [...values];
  for (let at = order.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}
