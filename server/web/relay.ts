/**
 * `/ws/chat` for one page: a chat client of its own on every wire, so that a text that is typed once crosses each of them
 * as real bytes. These clients connect where all clients do, that is, through the taps.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { SharedKey } from '#channel/psk/keys';
import type { DialOptions } from '#client/connect/dialling';
import { ReconnectPolicy } from '#client/connect/reconnect';
import { ChatClient, type ChatEvent } from '#client/chat-client';
import { ChatError } from '#client/errors';
import type { RelayMessage, RelayRequest, WireInfo } from '#dissect/page-stream';
import type { WireName } from '#protocol/messages';
import { reachable } from './guard.ts';
import type { PageSocket } from './page-socket.ts';

/** Largest number of unacknowledged messages of one page, on all wires together. */
export const MAX_PENDING = 64;
/** Milliseconds until an unacknowledged message counts as failed. */
const SAY_TIMEOUT = 15_000;

/** What the workbench's own clients connect with. */
export interface RelayKeys extends Pick<DialOptions, 'onLocalEnd'> {
  /** Certificate of the CA for the tls wires (PEM). */
  readonly ca: string;
  readonly keys: readonly SharedKey[];
}

type Say = Extract<RelayRequest, { type: 'say' }>;
type Outcome = Extract<RelayMessage, { type: 'sent' | 'failed' }>;

export class Relay {
  readonly #page: PageSocket<RelayMessage>;
  readonly #now: () => number;
  readonly #lines: ReadonlyMap<WireName, Line>;
  #pending = 0;

  /**
   * Starts to connect on every wire at once, and keeps the page informed about that. `now` is the clock of the tap, so
   * that the page can find the record of a message.
   */
  constructor(
    page: PageSocket<RelayMessage>,
    wires: readonly WireInfo[],
    keys: RelayKeys,
    now: () => number = Date.now,
  ) {
    this.#page = page;
    this.#now = now;
    this.#lines = new Map(
      wires.map((info) => [info.wire, new Line(info, keys, (status) => page.send(status))]),
    );
  }

  /** Says a text on the requested wires. The outcome is sent to the page, wire by wire. */
  say({ id, text, wires }: Say): void {
    for (const wire of wires) void this.#sayOn(wire, id, text).then((outcome) => this.#page.send(outcome));
  }

  /** Says goodbye on every wire. */
  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
  }

  async #sayOn(wire: WireName, id: string, text: string): Promise<Outcome> {
    const failed = (code: string, message: string): Outcome => ({ type: 'failed', id, wire, code, message });
    const line = this.#lines.get(wire);
    if (!line) return failed('no_such_wire', `the server does not offer the ${wire} wire`);
    if (this.#pending >= MAX_PENDING) return failed('busy', `${MAX_PENDING} messages are waiting already`);
    this.#pending++;
    const [at, start] = [this.#now(), performance.now()];
    try {
      const messageId = await line.say(text);
      const milliseconds = performance.now() - start;
      const { port } = line;
      return { type: 'sent', id, wire, messageId, milliseconds, at, ...(port !== undefined && { port }) };
    } catch (error) {
      const { code, message } = asFailure(error);
      return failed(code, message);
    } finally {
      this.#pending--;
    }
  }
}

/** One wire of a page: a client, which is replaced by a new one as long as it cannot get in. */
class Line {
  readonly #info: WireInfo;
  readonly #keys: RelayKeys;
  readonly #tell: (status: RelayMessage) => void;
  readonly #closing = new AbortController();
  #client: ChatClient;

  constructor(info: WireInfo, keys: RelayKeys, tell: (status: RelayMessage) => void) {
    this.#info = info;
    this.#keys = keys;
    this.#tell = tell;
    this.#client = this.#newClient();
    void this.#keepConnecting();
  }

  /** Local port of the open connection; absent if there is none. */
  get port(): number | undefined {
    return this.#client.localPort;
  }

  /** The id under which the message is stored. Rejects with `ChatError`. */
  async say(text: string): Promise<number> {
    const limit = AbortSignal.timeout(SAY_TIMEOUT);
    try {
      return (await this.#client.say(text, { signal: limit })).id;
    } catch (error) {
      if (!limit.aborted) throw error;
      const { wire, host, port } = this.#info;
      throw new ChatError('timeout', { address: { wire, host, port }, cause: error });
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#client.close();
  }

  #newClient(): ChatClient {
    const { wire, host, port } = this.#info;
    const client = new ChatClient({
      wire,
      host: reachable(host),
      port,
      // Read now, because they may have been renewed.
      ca: this.#keys.ca,
      keys: this.#keys.keys,
      onLocalEnd: this.#keys.onLocalEnd,
      // The page is about what crosses the wire now, which the history on every connection would bury.
      historyLimit: 0,
      // Only the listener below reads its events: the page sees the messages of others at the tap.
      queueLimit: 1,
    });
    client.subscribe((event) => this.#take(event));
    return client;
  }

  /** A client reconnects by itself only after it has been in the room; until then, this repeats the attempts. */
  async #keepConnecting(): Promise<void> {
    const { signal } = this.#closing;
    const policy = new ReconnectPolicy();
    while (!signal.aborted) {
      try {
        await this.#client.connect();
        return;
      } catch (error) {
        if (signal.aborted || !(error instanceof ChatError) || !policy.wanted(error, false)) return;
        await wait(policy.next().delay, undefined, { signal }).catch(() => undefined);
        if (!signal.aborted) this.#client = this.#newClient();
      }
    }
  }

  #take(event: ChatEvent): void {
    if (event.type !== 'state' || event.state === 'idle') return;
    const { wire } = this.#info;
    if (event.state === 'open') {
      const { name, localPort: port } = this.#client;
      const known = { ...(name !== undefined && { name }), ...(port !== undefined && { port }) };
      return this.#tell({ type: 'status', wire, state: 'open', ...known });
    }
    const error = 'error' in event ? event.error : undefined;
    const state = event.state === 'closed' && !error?.heals ? 'closed' : 'connecting';
    this.#tell({
      type: 'status',
      wire,
      state,
      ...(error && { error: { ...asFailure(error), what: error.what } }),
    });
  }
}

export function asFailure(error: unknown): { code: string; message: string } {
  if (error instanceof ChatError) return { code: error.code, message: error.message };
  return { code: 'internal', message: (error as Error).message };
}
