/** One of a crowd: does this and that, comes back when its connection is lost, and goes in the end. */
import { connect } from 'node:net';
import { PASSWORD } from './watched-server.ts';
import { ChatClient } from '#client/chat-client';
import { ChatError, type ChatErrorCode } from '#client/errors';
import type { WireName } from '#protocol/messages';

export interface CrowdTarget {
  readonly wire: WireName;
  readonly host: string;
  readonly port: number;
  readonly ca?: string | undefined;
  readonly keys: readonly { readonly id: string; readonly hex: string }[];
}

interface Options {
  readonly id: string;
  /** The account it has, if any. */
  readonly account: string | undefined;
  readonly targets: readonly CrowdTarget[];
  /** Counts what was done, and what was refused. */
  readonly done: Record<string, number>;
  /** Gets refusals that do not belong to a crowd. */
  readonly odd: string[];
  /** What is done next, by anyone of the crowd. */
  readonly draw: () => Act;
}

const ROOMS = 40;
/** How many rooms a walker is in at the same time: as many in the last minute as in the first. */
const ROOMS_EACH = 3;
/** Refusals that belong to such a crowd. */
const USUAL: ReadonlySet<ChatErrorCode> = new Set([
  'rate_limited',
  'not_joined',
  'no_such_member',
  'name_taken',
  'connection_lost',
  'maybe_done',
  'outcome_unknown',
  'not_connected',
  'not_yours',
  'no_such_message',
]);

type Act = readonly [what: string, share: number, act: (walker: Walker) => Promise<unknown>];

/** What is done, and how often out of a hundred. */
const SAID: Act = ['said', 36, (walker) => walker.say()];
const ACTS: readonly Act[] = [
  SAID,
  ['typed', 12, (walker) => walker.type()],
  ['edited', 8, (walker) => walker.edit()],
  ['told in private', 10, (walker) => walker.tell()],
  ['histories', 8, (walker) => walker.client.history({ limit: 50 })],
  ['searches', 5, (walker) => walker.client.ask({ type: 'search', text: 'crowd' })],
  ['joins', 12, (walker) => walker.wander()],
  ['wires changed', 4, (walker) => walker.changeWire()],
  ['returns as another', 2, (walker) => walker.comeAnew()],
  ['handshakes broken off', 2, (walker) => walker.breakOff()],
  ['logins', 1, (walker) => walker.logInAgain()],
];

/** Everything once, so that a short run has all of it; then by chance, as often as the table says. */
export function drawing(): () => Act {
  const first = [...ACTS];
  return () => {
    const next = first.shift();
    if (next) return next;
    let lot = Math.random() * 100;
    return ACTS.find(([, share]) => (lot -= share) < 0) ?? SAID;
  };
}

export class Walker {
  client: ChatClient;
  readonly #options: Options;
  #lives = 0;
  #lastSaid: number | undefined;
  #told: string | undefined;

  static async come(options: Options): Promise<Walker> {
    const walker = new Walker(options);
    await walker.#enter();
    return walker;
  }

  constructor(options: Options) {
    this.#options = options;
    this.client = this.#newClient();
  }

  /** Does something every `pause` milliseconds, more or less, and then closes. */
  async walk(until: number, pause: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * pause));
      if (performance.now() > until) break;
      await this.#act();
    }
    await this.client.close();
  }

  async say(): Promise<void> {
    const words = `crowd ${this.#options.id} says ${Math.random().toString(36).slice(2)}`;
    this.#lastSaid = (await this.client.say(words)).id;
  }

  type(): Promise<void> {
    this.client.typing();
    return Promise.resolve();
  }

  async edit(): Promise<void> {
    if (this.#lastSaid === undefined) return this.say();
    await this.client.edit(this.#lastSaid, 'crowd changed its mind');
  }

  /** Somebody of the same room. */
  async tell(): Promise<void> {
    const { names } = this.client.members();
    const whom = names[Math.floor(Math.random() * names.length)];
    if (whom === undefined || whom === this.client.name) return;
    this.#told = whom;
    await this.client.say('between us, in a crowd', { room: `@${this.#told}` });
  }

  /** Moves on to another room, and out of the one it has been in for longest. */
  async wander(): Promise<void> {
    const { joinedRooms } = this.client;
    if (joinedRooms.length >= ROOMS_EACH) await this.client.leave(joinedRooms[0]);
    await this.client.join(roomName());
  }

  async changeWire(): Promise<void> {
    await this.client.switchWire(this.#target());
  }

  async comeAnew(): Promise<void> {
    await this.client.close();
    this.#lives += 1;
    this.#lastSaid = undefined;
    this.client = this.#newClient();
    await this.#enter();
  }

  async logInAgain(): Promise<void> {
    if (this.#options.account === undefined) return this.say();
    await this.comeAnew();
  }

  /** A socket that goes away in the middle of something. */
  breakOff(): Promise<void> {
    const { host, port } = this.#target();
    const socket = connect(port, host, () => {
      socket.write(Buffer.from('16030102000100', 'hex'), () => socket.resetAndDestroy());
    });
    return new Promise((resolve) => socket.on('error', () => undefined).on('close', () => resolve()));
  }

  async #act(): Promise<void> {
    const { done, draw } = this.#options;
    const [what, , act] = draw();
    const count = (name: string): void => void (done[name] = (done[name] ?? 0) + 1);
    try {
      await act(this);
      count(what);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      count(`refused: ${error.code}`);
      if (!USUAL.has(error.code)) this.#options.odd.push(`${what}: ${error.code}: ${error.message}`);
    }
  }

  #newClient(): ChatClient {
    const { id, account } = this.#options;
    return new ChatClient({
      ...this.#target(),
      room: roomName(),
      historyLimit: 20,
      ...(account === undefined
        ? { name: `walker-${id}-${this.#lives}` }
        : { loginFirst: true, onLogin: 'wait' as const }),
      // Nobody reads them.
      queueLimit: 1,
    });
  }

  async #enter(): Promise<void> {
    const { account } = this.#options;
    await this.client.connect();
    if (account !== undefined) await this.#logIn(account);
  }

  /** Tries for as long as it takes: the server accepts only so many logins per minute. */
  async #logIn(account: string): Promise<void> {
    for (;;) {
      try {
        await this.client.account.login(account, PASSWORD);
        return;
      } catch (error) {
        if (!(error instanceof ChatError) || error.retryAfter === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 1) * 1_000));
      }
    }
  }

  /** Any wire; for a walker with an account, one on which passwords are accepted. */
  #target() {
    const { targets, account } = this.#options;
    const fit = targets.filter(({ wire }) => account === undefined || wire !== 'plain');
    const { keys, ...target } = fit[Math.floor(Math.random() * fit.length)] as CrowdTarget;
    return { ...target, keys: keys.map(({ id, hex }) => ({ id, key: Buffer.from(hex, 'hex') })) };
  }
}

function roomName(): string {
  return `room-${Math.floor(Math.random() * ROOMS)}`;
}
