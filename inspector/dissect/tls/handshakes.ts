/** The handshakes of one connection: the first, and in TLS 1.2 those inside it (RFC 5246 §7.4.1.1). */
import type { Direction } from '../model.ts';
import type { Candidate } from './master12.ts';
import { type HeardMessage, Transcript } from './transcript.ts';

const TLS13 = 0x0304;
/** How many handshakes of one connection are remembered. */
export const MAX_HANDSHAKES = 16;

export interface Handshake {
  readonly transcript: Transcript;
  /** TLS 1.2: master secrets that may be its own, once they have been asked for. */
  masters: readonly Candidate[];
}

export class Handshakes {
  readonly all: Handshake[] = [{ transcript: new Transcript(), masters: [] }];

  /** The handshake that the next message belongs to. */
  get last(): Handshake {
    return this.all.at(-1) as Handshake;
  }

  /** A message in the order of arrival. */
  add(dir: Direction, message: HeardMessage): void {
    if (message.clientHello && dir === 'c2s' && this.#answered && this.all.length < MAX_HANDSHAKES) {
      this.all.push({ transcript: new Transcript(), masters: [] });
    }
    this.last.transcript.add(dir, message);
  }

  /** A second hello before that answers a retry; in TLS 1.3 there is no other. */
  get #answered(): boolean {
    const { server } = this.last.transcript;
    return server !== undefined && server.version < TLS13;
  }
}
