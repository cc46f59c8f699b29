/**
 * A connection for the pictures: a client that offers nothing newer than TLS 1.2 joins over the tls wire, says nothing, and
 * leaves. The clients of the workbench take TLS 1.3, so that its page would have no handshake of TLS 1.2 to show.
 */
import { randomBytes } from 'node:crypto';
import { Client } from '#client/client';
import { dial } from '#client/connect/dial';
import type { RelayMessage, WireInfo } from '#dissect/page-stream';
import { DEMO_ROOM } from './demo.ts';
import { reachable } from './guard.ts';
import { type RelayKeys, asFailure } from './relay.ts';

export type OlderTlsNews = Extract<RelayMessage, { type: 'older-tls' }>;

/** Milliseconds between two of them, for all pages together: each is a handshake with a signature. */
export const OLDER_TLS_PAUSE = 2_000;
/** Milliseconds until it must have joined. */
const PATIENCE = 10_000;

export class OlderTls {
  readonly #info: WireInfo | undefined;
  readonly #relay: RelayKeys;
  readonly #now: () => number;
  #last = -Infinity;
  #running: Promise<OlderTlsNews> | undefined;

  constructor(wires: readonly WireInfo[], relay: RelayKeys, now: () => number = () => performance.now()) {
    this.#info = wires.find(({ wire }) => wire === 'tls');
    this.#relay = relay;
    this.#now = now;
  }

  /** Resolves when no connection is under way. */
  get settled(): Promise<unknown> {
    return this.#running ?? Promise.resolve();
  }

  /** Makes a connection. Pages that ask at the same time share it. Never rejects. */
  make(): Promise<OlderTlsNews> {
    if (this.#running) return this.#running;
    if (!this.#info) return Promise.resolve(failed('no_such_wire', 'the server does not offer the tls wire'));
    if (this.#now() - this.#last < OLDER_TLS_PAUSE)
      return Promise.resolve(failed('busy', 'one has just been made; try again in a moment'));
    this.#last = this.#now();
    this.#running = this.#comeAndGo(this.#info).finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #comeAndGo({ wire, host, port }: WireInfo): Promise<OlderTlsNews> {
    const { ca, onLocalEnd } = this.#relay;
    const client = new Client(
      {
        wire,
        host: reachable(host),
        port,
        ca,
        onLocalEnd,
        room: DEMO_ROOM,
        historyLimit: 0,
        queueLimit: 1,
        reconnect: false,
      },
      {
        dial: (to) => dial({ ...to, newestTls: 'TLSv1.2' }),
        refPrefix: randomBytes(12).toString('base64url'),
      },
    );
    try {
      await client.connect({ signal: AbortSignal.timeout(PATIENCE) });
      return { type: 'older-tls', state: 'made' };
    } catch (error) {
      const { code, message } = asFailure(error);
      return failed(code, message);
    } finally {
      await client.close();
    }
  }
}

function failed(code: string, message: string): OlderTlsNews {
  return { type: 'older-tls', state: 'failed', code, message };
}
