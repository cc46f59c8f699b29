/**
 * The client's part of a TLS 1.2 key exchange, and the messages up to it: an extended master secret covers them
 * (RFC 7627 §3).
 */
import type { Direction } from '../model.ts';
import type { ExchangedKey, HandshakeFacts } from './messages/facts.ts';
import { HANDSHAKE_TYPE } from './names.ts';

/** How many bytes of one handshake are remembered; certificate chains are most of them. */
const MAX_BYTES = 1024 * 1024;

export class KeyExchangeMessages {
  /**
   * The messages of each side by themselves: the protocol settles their order, not the times of a recording.
   */
  #said: Record<Direction, Uint8Array[]> = { c2s: [], s2c: [] };
  #over = { c2s: true, s2c: true };
  #exchanged = false;
  #sent: ExchangedKey | undefined;
  #size = 0;

  add(dir: Direction, { type, bytes, clientKeyExchange }: HandshakeFacts): void {
    if (type === HANDSHAKE_TYPE.clientHello && dir === 'c2s') this.#begin();
    if (clientKeyExchange && dir === 'c2s') this.#sent = clientKeyExchange;
    // A request for another handshake is never part of one (RFC 5246 §7.4.1.1).
    if (this.#over[dir] || type === HANDSHAKE_TYPE.helloRequest) return;
    this.#size += bytes.length;
    if (type < 0 || this.#size > MAX_BYTES) return this.hole();
    this.#said[dir].push(bytes);
    this.#over[dir] =
      type === (dir === 'c2s' ? HANDSHAKE_TYPE.clientKeyExchange : HANDSHAKE_TYPE.serverHelloDone);
    if (dir === 'c2s') this.#exchanged = this.#over.c2s;
  }

  /** Something that may have held messages could not be read. */
  hole(): void {
    this.#exchanged = false;
    this.#over = { c2s: true, s2c: true };
  }

  /** `undefined` when this handshake has none because it resumes a session. */
  get sent(): ExchangedKey | undefined {
    return this.#sent;
  }

  /** All of them in their order, the client key exchange last; `undefined` while that was not seen. */
  get messages(): readonly Uint8Array[] | undefined {
    if (!this.#exchanged) return undefined;
    const [hello, ...others] = this.#said.c2s;
    return hello && [hello, ...this.#said.s2c, ...others];
  }

  #begin(): void {
    this.#said = { c2s: [], s2c: [] };
    this.#over = { c2s: false, s2c: false };
    this.#exchanged = false;
    this.#sent = undefined;
    this.#size = 0;
  }
}
