/**
 * A wire with everything around it, in memory: the real server, two real clients, and a tap that notes each byte between
 * them. Time and randomness come from the caller, so that a test can repeat every byte.
 */
import type { Channel, ChannelEvent } from '#channel/contract';
import { pureCiphers } from '#channel/ciphers-pure';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import type { Suite } from '#channel/psk/suites';
import { stackOf } from '#channel/stack';
import type { Direction, TapEvent } from '#dissect/model';
import { concat } from '#protocol/bytes';
import {
  type ChannelLayer,
  type WireName,
  WIRES,
  channelsOf,
  transportOf,
  wireByName,
} from '#protocol/wires';
import type { SessionEvent } from '#session/events';
import { ClientSession } from '#session/session';
import { PageServer, type ServerOptions } from './server.ts';

export interface WorldOptions extends ServerOptions {
  readonly wire: WireName;
  /** The suite of the psk layer; the default is the one that clients use by themselves. */
  readonly suite?: Suite | undefined;
  /** Gets what the tap notes, in the order in which it happens. */
  readonly onEvent: (event: TapEvent) => void;
  /** The number of the first connection at the tap; the others follow. */
  readonly firstFlow?: number;
  /** Somebody on the path: gets what one end has sent, and returns what reaches the tap and the other end. */
  readonly path?: ((flow: number, dir: Direction, bytes: Uint8Array) => Uint8Array) | undefined;
}

/** What became of a message. */
export type Outcome =
  | { readonly state: 'sent'; readonly messageId: number; readonly flow: number; readonly port: number }
  | { readonly state: 'refused'; readonly code: string; readonly message: string };

/** The name under which `say` speaks. */
export const SPEAKER = 'ana';
const LISTENER = 'ben';

const ADDRESS = '127.0.0.1';
const FIRST_PORT = 50_000;
const KEY_LENGTH = 32;

/** The wires whose layers all run in a page. TLS is not among them: Node does it. */
export const PAGE_WIRES: readonly WireName[] = WIRES.filter((wire) => transportOf(wire) === undefined).map(
  ({ name }) => name,
);

interface Client {
  readonly flow: number;
  readonly port: number;
  readonly session: ClientSession;
  readonly channel: Channel;
  readonly heard: SessionEvent[];
}

export class PageWorld {
  readonly #options: WorldOptions;
  readonly #key: SharedKey;
  readonly #server: PageServer;
  readonly #clients = new Map<number, Client>();
  /** Bytes that the tap has noted and the other end has not taken yet. */
  readonly #underWay: { readonly flow: number; readonly dir: Direction; readonly bytes: Uint8Array }[] = [];
  readonly #speaker: Client;
  readonly #listener: Client;

  /** Both clients connect, and join the lobby. Throws `RangeError` for a wire that needs Node. */
  constructor(options: WorldOptions) {
    if (!PAGE_WIRES.includes(options.wire))
      throw new RangeError(`the ${options.wire} wire needs more than a page has`);
    this.#options = options;
    this.#key = { id: 'demo', key: options.random(KEY_LENGTH) };
    this.#server = new PageServer(options);
    this.#speaker = this.#connect(SPEAKER);
    this.#listener = this.#connect(LISTENER);
  }

  /**
   * Ana says this, and everything that follows from it happens. Throws `LocalProtocolError` for a text that no client sends,
   * and `Error` when no answer comes, because somebody on the path has changed something.
   */
  say(text: string): Outcome {
    const { heard, flow, port } = this.#speaker;
    const key = this.attempt(text);
    for (const event of heard.splice(0)) {
      if (!('key' in event) || event.key !== key) continue;
      if (event.type === 'refused') return { state: 'refused', ...event.refusal };
      if (event.answer.kind === 'sent') return { state: 'sent', messageId: event.answer.id, flow, port };
    }
    throw new Error('the server did not answer');
  }

  /** The same without an outcome; returns the key of the request. */
  attempt(text: string): number {
    const key = this.#speaker.session.say(text);
    this.#send(this.#speaker);
    this.#carry();
    return key;
  }

  /** What ana or ben was told since the last call. */
  takeHeard(name: typeof SPEAKER | typeof LISTENER): SessionEvent[] {
    return (name === SPEAKER ? this.#speaker : this.#listener).heard.splice(0);
  }

  /** Bytes from ana that wait at the server for the rest of their record or frame. */
  get pending(): number {
    return this.#server.pending(this.#speaker.flow);
  }

  #connect(name: string): Client {
    const { wire, now, onEvent, firstFlow = 1 } = this.#options;
    const flow = firstFlow + this.#clients.size;
    const port = FIRST_PORT + flow;
    const server = { address: ADDRESS, port: wireByName(wire).port };
    onEvent({ kind: 'flow', flow, wire, time: now(), client: { address: ADDRESS, port }, server });
    const session = new ClientSession({ name, refPrefix: name });
    const client = { flow, port, session, channel: this.#channel('client'), heard: [] };
    this.#clients.set(flow, client);
    const end = { wire, address: ADDRESS, channel: this.#channel('server') };
    this.#server.accept(flow, end, (bytes) => this.#cross(flow, 's2c', bytes));
    for (const event of client.channel.start()) this.#handle(client, event);
    this.#carry();
    return client;
  }

  #channel(side: 'client' | 'server'): Channel {
    const { wire, suite, random, now, onEvent } = this.#options;
    const keyLog = (line: string): void => onEvent({ kind: 'secret', time: now(), line });
    const makers: Record<ChannelLayer, () => Channel> = {
      psk: () =>
        new PskChannel({
          side,
          keys: [this.#key],
          suites: suite && [suite],
          ciphers: pureCiphers,
          random,
          // One of the two ends is enough: both derive the same secret.
          ...(side === 'server' && { keyLog }),
        }),
    };
    return stackOf(channelsOf(wireByName(wire)).map((layer) => makers[layer]()));
  }

  // #region tap
  /** The tap: bytes are noted as they cross. */
  #cross(flow: number, dir: Direction, bytes: Uint8Array): void {
    const noted = (this.#options.path?.(flow, dir, bytes) ?? bytes).slice();
    this.#options.onEvent({ kind: 'chunk', flow, dir, time: this.#options.now(), bytes: noted });
    this.#underWay.push({ flow, dir, bytes: noted });
  }

  /** Delivers until nothing is under way. */
  #carry(): void {
    for (let next = this.#underWay.shift(); next; next = this.#underWay.shift()) {
      const { flow, dir, bytes } = next;
      if (dir === 'c2s') this.#server.receive(flow, bytes);
      else this.#receive(this.#clients.get(flow), bytes);
    }
  }

  #receive(client: Client | undefined, bytes: Uint8Array): void {
    if (!client) return;
    client.channel.push(bytes);
    for (let event = client.channel.next(); event; event = client.channel.next()) this.#handle(client, event);
  }

  #handle(client: Client, event: ChannelEvent): void {
    const { flow, session, heard } = client;
    if (event.kind === 'write') this.#cross(flow, 'c2s', event.bytes);
    else if (event.kind === 'opened') session.connected();
    else if (event.kind === 'plain') session.push(event.bytes);
    for (let told = session.next(); told; told = session.next()) heard.push(told);
    this.#send(client);
  }
  // #endregion tap

  #send({ flow, session, channel }: Client): void {
    for (let plain = session.output(); plain; plain = session.output())
      this.#cross(flow, 'c2s', concat(channel.send(plain)));
  }
}
