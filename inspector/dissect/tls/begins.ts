/**
 * Whether TLS begins at some place of a stream. Two bytes would be found in anything; what counts is a whole
 * hello that makes sense to its last byte, in as many records as it takes.
 */
import { concat, readUint } from '#protocol/bytes';
import { ALERTS, ALERT_LEVELS, CONTENT_TYPE, HANDSHAKE_TYPE } from './names.ts';
import { RECORD_HEADER_LENGTH } from './protection/protection.ts';

export type Verdict = 'yes' | 'no' | 'more';

const HEADER_LENGTH = 4;
/**
 * The longest hello, and the longest record, that are taken for real, in bytes; a hello with post-quantum key
 * shares has a few thousand.
 */
const MAX_HELLO = 2 ** 16;
const MAX_FRAGMENT = 2 ** 14;
/** In how many records one hello is looked for: they may have a byte each. */
const MAX_RECORDS = 2 ** 12;
const ALERT_LENGTH = 2;

/** A client hello begins with these bytes; `more` while they are the beginning of one. */
export function clientHelloBegins(bytes: Uint8Array): Verdict {
  return helloBegins(bytes, HANDSHAKE_TYPE.clientHello, isClientHello);
}

/** A server hello begins with them, or, where a client hello was seen, an alert that refuses it. */
export function serverAnswerBegins(bytes: Uint8Array, asked: boolean): Verdict {
  const hello = helloBegins(bytes, HANDSHAKE_TYPE.serverHello, isServerHello);
  return hello === 'no' && asked ? alertBegins(bytes) : hello;
}

function helloBegins(bytes: Uint8Array, type: number, isHello: (body: Uint8Array) => boolean): Verdict {
  const message = firstMessage(bytes);
  if (typeof message === 'string') return message;
  const [first, ...size] = message;
  if (first !== undefined && first !== type) return 'no';
  if (size.length < HEADER_LENGTH - 1) return 'more';
  const length = readUint(message, 1, 3);
  // Both begin with a version of TLS.
  if (length > MAX_HELLO || (message[4] ?? 3) !== 3 || (message[5] ?? 0) > 4) return 'no';
  if (message.length < HEADER_LENGTH + length) return 'more';
  return isHello(message.subarray(HEADER_LENGTH, HEADER_LENGTH + length)) ? 'yes' : 'no';
}

/**
 * What is at hand of the first handshake message, put together from records; a verdict where they are not TLS
 * records.
 */
function firstMessage(bytes: Uint8Array): Uint8Array | Verdict {
  const fragments: Uint8Array[] = [];
  let at = 0;
  let length = 0;
  while (at < bytes.length && fragments.length < MAX_RECORDS && length <= MAX_HELLO) {
    const [type, major, minor] = bytes.subarray(at);
    if (type !== CONTENT_TYPE.handshake || (major ?? 3) !== 3 || (minor ?? 0) > 4)
      return at === 0 ? 'no' : concat(fragments);
    if (at + RECORD_HEADER_LENGTH > bytes.length) break;
    const size = readUint(bytes, at + 3, 2);
    if (size > MAX_FRAGMENT) return 'no';
    at += RECORD_HEADER_LENGTH;
    fragments.push(bytes.subarray(at, at + size));
    at += size;
    length += size;
  }
  return concat(fragments);
}

/** RFC 5246 §7.4.1.2, RFC 8446 §4.1.2: all lengths fit, and there is a suite and a compression method. */
function isClientHello(body: Uint8Array): boolean {
  const reader = new Lengths(body, 2 + 32);
  const session = reader.sized(1);
  const suites = reader.sized(2);
  const compressions = reader.sized(1);
  if (session > 32 || suites < 2 || suites % 2 !== 0 || compressions < 1) return false;
  return reader.extensions();
}

function isServerHello(body: Uint8Array): boolean {
  const reader = new Lengths(body, 2 + 32);
  if (reader.sized(1) > 32) return false;
  reader.skip(2 + 1);
  return reader.extensions();
}

function alertBegins(bytes: Uint8Array): Verdict {
  const expected = [CONTENT_TYPE.alert, 3, undefined, 0, ALERT_LENGTH];
  const fits = expected.every((value, i) => value === undefined || (bytes[i] ?? value) === value);
  if (!fits || (bytes[2] ?? 0) > 4) return 'no';
  const [level, description] = bytes.subarray(RECORD_HEADER_LENGTH);
  if (level === undefined || description === undefined)
    return bytes.length < RECORD_HEADER_LENGTH + ALERT_LENGTH ? 'more' : 'no';
  return level in ALERT_LEVELS && description in ALERTS ? 'yes' : 'no';
}

/** Walks over length-prefixed parts; -1 for one that is not there to its end. */
class Lengths {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  skip(length: number): void {
    this.#at += length;
  }

  sized(size: number): number {
    if (this.#at + size > this.#bytes.length) return this.#fail();
    const length = readUint(this.#bytes, this.#at, size);
    this.#at += size + length;
    return this.#at > this.#bytes.length ? this.#fail() : length;
  }

  /** Nothing more, or a list of extensions that ends where the hello does. */
  extensions(): boolean {
    if (this.#at === this.#bytes.length) return true;
    if (this.#at + 2 > this.#bytes.length) return false;
    const length = readUint(this.#bytes, this.#at, 2);
    this.#at += 2;
    if (this.#at + length !== this.#bytes.length) return false;
    while (this.#at < this.#bytes.length) {
      this.skip(2);
      if (this.sized(2) < 0) return false;
    }
    return true;
  }

  #fail(): -1 {
    this.#at = Infinity;
    return -1;
  }
}
