/**
 * A stream that begins in the clear, with a protocol that is not read here. Many such protocols begin TLS
 * later: mail and chat after STARTTLS, a client of a proxy after the proxy’s answer. Each direction is read as
 * TLS from the place where TLS begins in it. What came before is shown as it is.
 */
import { EMPTY, concat, showUtf8 } from '#protocol/bytes';
import { dictionary, fieldOf, text } from '../fields/dictionary.ts';
import type { Derivation } from '../key-schedule/derivation.ts';
import type { Layer, Unit } from '../layer.ts';
import type { Direction, Proto } from '../model.ts';
import { firstLine, isText, plainProtocol } from './plain-protocols.ts';
import { type Verdict, clientHelloBegins, serverAnswerBegins } from '../tls/begins.ts';
import { UnknownLayer } from './unknown.ts';

/** After this many bytes in the clear, each way, TLS is no longer looked for: it begins early or not at all. */
const MAX_CLEAR = 64 * 1024;
const LF = 0x0a;
const RECORD_TYPE_HANDSHAKE = 0x16;
const MAX_TEXT_SHOWN = 1_024;

export const CLEAR_FIELDS = dictionary('RFC 20 §2', {
  clear_text: text('What was said in the clear: anyone on the path can read and change it.'),
});

export class ClearStartLayer implements Layer {
  readonly #makeTls: () => Layer;
  readonly #clear = new UnknownLayer();
  readonly #held = { c2s: EMPTY, s2c: EMPTY };
  /** Bytes of each direction before TLS began there. */
  readonly #before = { c2s: 0, s2c: 0 };
  readonly #begun = { c2s: false, s2c: false };
  #tls: Layer | undefined;

  constructor(makeTls: () => Layer) {
    this.#makeTls = makeTls;
  }

  get cipher(): string {
    return this.#tls?.cipher ?? '';
  }

  get stack(): readonly Proto[] {
    return this.#tls?.stack ?? ['unknown'];
  }

  push(dir: Direction, bytes: Uint8Array): Unit[] {
    if (this.#begun[dir]) return this.#pushTls(dir, bytes);
    const seen = this.#held[dir].length === 0 ? bytes : concat([this.#held[dir], bytes]);
    this.#held[dir] = EMPTY;
    const { at, verdict } = this.#search(dir, seen);
    if (verdict === 'yes')
      return [...this.#show(dir, seen.subarray(0, at)), ...this.#begin(dir, seen.subarray(at))];
    if (verdict === 'more') this.#held[dir] = seen.slice(at);
    return this.#show(dir, verdict === 'more' ? seen.subarray(0, at) : seen);
  }

  gap(dir: Direction, length: number): Unit[] {
    if (this.#begun[dir]) return this.#moved(dir, (this.#tls as Layer).gap(dir, length));
    const held = this.#showHeld(dir);
    this.#before[dir] += length;
    return [...held, ...this.#clear.gap(dir, length)];
  }

  end(dir: Direction): Unit[] {
    return this.#begun[dir] ? this.#moved(dir, (this.#tls as Layer).end(dir)) : this.#showHeld(dir);
  }

  pending(dir: Direction): number {
    return this.#begun[dir] ? (this.#tls as Layer).pending(dir) : this.#held[dir].length;
  }

  derivations(): Derivation[] {
    return this.#tls?.derivations?.() ?? [];
  }

  /** The first place where TLS begins, or may turn out to begin when more bytes have come. */
  #search(dir: Direction, seen: Uint8Array): { readonly at: number; readonly verdict: Verdict } {
    if (this.#before[dir] > MAX_CLEAR) return { at: 0, verdict: 'no' };
    const asked = this.#begun.c2s;
    for (const at of placesIn(seen, dir === 's2c' && asked)) {
      const rest = seen.subarray(at);
      const verdict = dir === 'c2s' ? clientHelloBegins(rest) : serverAnswerBegins(rest, asked);
      if (verdict !== 'no') return { at, verdict };
    }
    return { at: 0, verdict: 'no' };
  }

  #begin(dir: Direction, bytes: Uint8Array): Unit[] {
    this.#begun[dir] = true;
    this.#tls ??= this.#makeTls();
    return this.#pushTls(dir, bytes);
  }

  #pushTls(dir: Direction, bytes: Uint8Array): Unit[] {
    return this.#moved(dir, (this.#tls as Layer).push(dir, bytes));
  }

  /** Offsets count from the beginning of the connection. */
  #moved(dir: Direction, units: readonly Unit[]): Unit[] {
    return units.map((unit) => ({ ...unit, offset: unit.offset + this.#before[dir] }));
  }

  #showHeld(dir: Direction): Unit[] {
    const held = this.#held[dir];
    this.#held[dir] = EMPTY;
    return this.#show(dir, held);
  }

  #show(dir: Direction, bytes: Uint8Array): Unit[] {
    this.#before[dir] += bytes.length;
    return this.#clear.push(dir, bytes).map((unit) => described(unit));
  }
}

/**
 * Where TLS may begin: at the start of a piece as it came, or after the end of a line. With `anywhere`, at any
 * handshake record.
 */
function* placesIn(bytes: Uint8Array, anywhere: boolean): Generator<number> {
  if (bytes.length > 0) yield 0;
  const proxy = proxyHeaderLength(bytes);
  if (proxy > 0 && proxy < bytes.length) yield proxy;
  for (let at = 1; at < bytes.length; at++) {
    if (bytes[at] === RECORD_TYPE_HANDSHAKE && (anywhere || bytes[at - 1] === LF)) yield at;
  }
}

const PROXY_SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const PROXY_HEADER_LENGTH = 16;

/** Length of a PROXY protocol header of version 2, as the header states it; 0 where there is none. */
function proxyHeaderLength(bytes: Uint8Array): number {
  if (bytes.length < PROXY_HEADER_LENGTH || PROXY_SIGNATURE.some((byte, i) => bytes[i] !== byte)) return 0;
  return PROXY_HEADER_LENGTH + (((bytes[14] as number) << 8) | (bytes[15] as number));
}

/** Describes bytes in the clear by what they look like. */
function described(unit: Unit): Unit {
  const { bytes } = unit;
  const title = firstLine(bytes) ?? plainProtocol(bytes) ?? unit.title;
  if (!isText(bytes)) return { ...unit, title };
  const shown = showUtf8(bytes.subarray(0, MAX_TEXT_SHOWN));
  const value = bytes.length > MAX_TEXT_SHOWN ? `${shown}… (${bytes.length} bytes)` : shown;
  return { ...unit, title, fields: [fieldOf(CLEAR_FIELDS.clear_text, value, [0, bytes.length])] };
}
