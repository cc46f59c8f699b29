/**
 * A learner's server channel (lab 06) in place of ours. Ours runs beside it with the same nonce, so that both must write
 * the same bytes, and it knows which records must be refused.
 */
import type { Channel, ChannelEvent } from '#channel/contract';
import { PskChannel } from '#channel/psk/channel';
import { alertByte } from '#channel/psk/alerts';
import { NONCE_LENGTH, RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { DEFAULT_SUITE } from '#channel/psk/suites';
import { EMPTY, concat } from '#protocol/bytes';
import { type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import type { ChannelNeeds } from '#wires/channel-makers';
import { nativeCiphers } from '#wires/ciphers-native';
import { type LoadedPiece, Nonsense, attempt, callPiece, mustHave } from './fault.ts';

interface ServerChannel {
  push(bytes: Uint8Array): void;
  next(): unknown;
  send(plain: Uint8Array): Uint8Array;
  close(code: number): Uint8Array;
}

interface TheirEvent {
  readonly kind?: unknown;
  readonly bytes?: unknown;
}

const CONTRACT = 'docs/reference/psk-wire.md says what the server sends and refuses, byte for byte.';
const METHODS = ['push', 'next', 'send', 'close'] as const;

/** The server's end of a channel, for one connection. */
export function learnersChannel(piece: LoadedPiece, needs: ChannelNeeds): Channel {
  return new CheckedChannel(piece, needs);
}

class CheckedChannel implements Channel {
  readonly #piece: LoadedPiece;
  readonly #keys: ChannelNeeds['keys'];
  readonly #ours: PskChannel;
  #theirs: ServerChannel | undefined;
  /** Of ours. Filled with theirs as soon as they have sent it, which is before ours needs it. */
  readonly #nonce = new Uint8Array(NONCE_LENGTH);
  #hasNonce = false;
  /** What came since the last event, for the message about a fault. */
  #recent: Uint8Array[] = [];
  /** Set when theirs has failed: then ours says goodbye, as far as it can. */
  #failedIn: 'reading' | 'sending' | undefined;

  constructor(piece: LoadedPiece, { keys, keyLog }: ChannelNeeds) {
    this.#piece = piece;
    this.#keys = keys;
    const suites = [DEFAULT_SUITE];
    const random = (): Uint8Array => this.#nonce;
    const ciphers = nativeCiphers;
    this.#ours = new PskChannel({ side: 'server', keys, suites, ciphers, random, ...(keyLog && { keyLog }) });
  }

  get pending(): number {
    return this.#ours.pending;
  }

  start(): ChannelEvent[] {
    const create = this.#piece.exports['createServerChannel'] as (keys: unknown) => ServerChannel;
    const ids = this.#keys.map(({ id }) => id);
    this.#theirs = this.#read(
      'createServerChannel()',
      () => ids,
      () => mustHave(create(this.#keys.map(({ id, key }) => ({ id, key: key.slice() }))), METHODS),
    );
    return this.#ours.start();
  }

  push(wireBytes: Uint8Array): void {
    this.#ours.push(wireBytes);
    const bytes = wireBytes.slice();
    this.#recent.push(bytes);
    this.#read(
      'push()',
      () => bytes,
      () => this.#theirs?.push(bytes),
    );
  }

  next(): ChannelEvent | undefined {
    return this.#read(
      'next()',
      () => concat(this.#recent),
      () => {
        const given = attempt(() => this.#theirs?.next());
        this.#takeNonce(given);
        const expected = attempt(() => this.#ours.next());
        if (expected instanceof Error) throw refusalOf(given, expected);
        // The peer has said that it ends: how that is noticed does not matter.
        if (given instanceof Error && expected?.kind !== 'closed') throw given;
        mustBeSame(given, expected);
        if (expected) this.#recent = [];
        return expected;
      },
    );
  }

  /** Throws `LocalProtocolError` internal, after saying so, when theirs fails. */
  send(plain: Uint8Array): Uint8Array[] {
    if (this.#failedIn === 'sending') throw new LocalProtocolError('internal', 'the piece has failed');
    const pieces = this.#ours.send(plain);
    if (this.#failedIn) return pieces;
    return [
      this.#written(
        'send()',
        () => plain,
        concat(pieces),
        () => this.#theirs?.send(plain.slice()),
      ),
    ];
  }

  close(code: ErrorCode | 'done'): Uint8Array {
    if (this.#failedIn === 'sending') return EMPTY;
    const expected = this.#ours.close(code);
    if (this.#failedIn) return expected;
    const byte = alertByte(code);
    try {
      return this.#written(
        'close()',
        () => byte,
        expected,
        () => this.#theirs?.close(byte),
      );
    } catch {
      // It has been said, and the connection ends in any case.
      return EMPTY;
    }
  }

  end(): void {
    this.#ours.end();
  }

  #read<T>(name: string, input: () => unknown, run: () => T): T {
    try {
      return callPiece(this.#piece, { name, input, contract: CONTRACT }, run);
    } catch (error) {
      this.#failedIn ??= 'reading';
      throw error;
    }
  }

  #written(name: string, input: () => unknown, expected: Uint8Array, ask: () => unknown): Uint8Array {
    try {
      callPiece(this.#piece, { name, input, contract: CONTRACT }, () =>
        mustBeBytes(ask(), expected, 'what it returned'),
      );
      return expected;
    } catch (error) {
      this.#failedIn = 'sending';
      throw new LocalProtocolError('internal', (error as Error).message);
    }
  }

  /** A server hello is the first thing that the server writes, and its nonce is random: everything else follows. */
  #takeNonce(given: unknown): void {
    const { kind, bytes } = (given ?? {}) as TheirEvent;
    if (this.#hasNonce || kind !== 'write' || !(bytes instanceof Uint8Array)) return;
    this.#hasNonce = true;
    const at = RECORD_HEADER_LENGTH + 1;
    this.#nonce.set(bytes.subarray(at, at + NONCE_LENGTH));
  }
}

/** Where ours refuses the bytes, theirs must not have taken them. It may still be waiting for more. */
function refusalOf(given: unknown, expected: Error): Error {
  if (given === undefined || given instanceof Error) return expected;
  const why = expected instanceof RemoteProtocolError ? expected.code : expected.message;
  return new Nonsense(`it did not refuse what it must refuse (${why})`);
}

function mustBeSame(given: unknown, expected: ChannelEvent | undefined): void {
  if (given instanceof Error) return;
  if (!expected && (given ?? undefined) === undefined) return;
  const { kind, bytes } = (given ?? {}) as TheirEvent;
  if (kind !== expected?.kind)
    throw new Nonsense(`it gave ${String(kind)} instead of ${expected?.kind ?? 'undefined'}`);
  if (expected && 'bytes' in expected) mustBeBytes(bytes, expected.bytes, `the bytes of ${expected.kind}`);
}

function mustBeBytes(given: unknown, expected: Uint8Array, what: string): void {
  if (!(given instanceof Uint8Array)) throw new Nonsense(`${what} is ${typeof given}, not bytes`);
  if (given.length !== expected.length)
    throw new Nonsense(`${what}: ${given.length} bytes instead of ${expected.length}`);
  const at = given.findIndex((byte, i) => byte !== expected[i]);
  if (at >= 0) throw new Nonsense(`${what}: byte ${at} of ${given.length} is not the right one`);
}
