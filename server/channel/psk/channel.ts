/**
 * The psk channel: the handshake, then sealed records. Neither side sends a byte of data before the other has
 * proved that it holds the same key.
 */
import type { Channel, ChannelEvent, Ciphers, Side } from '../contract.ts';
import { ByteQueue } from '#protocol/byte-queue';
import { EMPTY, readUint, toHex } from '#protocol/bytes';
import { ERRORS, type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { type Values, encodeLayout, fixedSize } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import { counted } from '#protocol/shown';
import { alertByte, alertCode } from './alerts.ts';
import {
  ClientHandshake,
  type Handshake,
  type HandshakeOptions,
  type HandshakeStep,
  ServerHandshake,
  encodeRecord,
  parseBody,
  parseRecord,
} from './handshake.ts';
import { RecordCipher } from './record-cipher.ts';
import { RecordOpener, RecordSealer, sealRecord } from './record-layer.ts';
import { ALERT_LAYOUT, RECORD_HEADER_LENGTH, RECORD_TYPE } from './records.ts';
import { type Suite, sealedCap, suiteTitle } from './suites.ts';

const RECORD_TYPES: readonly number[] = Object.values(RECORD_TYPE);

export interface PskOptions extends HandshakeOptions {
  readonly side: Side;
  readonly ciphers: Ciphers;
  /** Records sealed under one key; the default is the cap in `LIMITS`. */
  readonly recordsPerKey?: number;
}

/** The two directions, once the handshake is done. */
interface Keyed {
  readonly suite: Suite;
  readonly sealer: RecordSealer;
  readonly opener: RecordOpener;
}

export class PskChannel implements Channel {
  readonly #options: PskOptions;
  readonly #handshake: Handshake;
  readonly #queue = new ByteQueue();
  readonly #events: ChannelEvent[] = [];
  #keyed: Keyed | undefined;
  #closed = false;

  constructor(options: PskOptions) {
    this.#options = options;
    this.#handshake = options.side === 'client' ? new ClientHandshake(options) : new ServerHandshake(options);
  }

  get pending(): number {
    return this.#closed ? 0 : this.#queue.length;
  }

  start(): ChannelEvent[] {
    const { write } = this.#handshake.start();
    return write ? [{ kind: 'write', bytes: write }] : [];
  }

  push(wireBytes: Uint8Array): void {
    this.#queue.push(wireBytes);
  }

  next(): ChannelEvent | undefined {
    for (;;) {
      const event = this.#events.shift();
      if (event || this.#closed) return event;
      const record = this.#takeRecord();
      if (!record) return undefined;
      this.#handle(record[0] as number, record);
    }
  }

  send(plain: Uint8Array): Uint8Array[] {
    if (!this.#keyed || this.#closed) {
      throw new LocalProtocolError('unexpected_record', 'data on a psk channel that is not open');
    }
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < plain.length; at += LIMITS.recordPlaintext) {
      const part = plain.subarray(at, at + LIMITS.recordPlaintext);
      pieces.push(...this.#keyed.sealer.seal(RECORD_TYPE.data, part));
    }
    return pieces;
  }

  close(code: ErrorCode | 'done'): Uint8Array {
    if (this.#closed) return EMPTY;
    this.#closed = true;
    if (!this.#keyed) return clearAlert(code);
    const { sealer } = this.#keyed;
    // A used-up key cannot seal an alert; the bare end of the stream then has to tell the peer.
    if (sealer.exhausted) return EMPTY;
    return sealRecord(sealer, RECORD_TYPE.alert, encodeLayout(ALERT_LAYOUT, { code: alertByte(code) }));
  }

  end(): void {
    if (this.#closed) return;
    throw new RemoteProtocolError('record_truncated', {
      expected: 'an alert before the end',
      got: `the end ${counted(this.#queue.length, 'byte')} into a record`,
    });
  }

  /** One whole record, header included. Type and length are judged before a byte more is waited for. */
  #takeRecord(): Uint8Array | undefined {
    const header = this.#queue.peek(RECORD_HEADER_LENGTH);
    const type = (header ?? this.#queue.peek(1))?.[0];
    if (type !== undefined) checkType(type);
    if (!header) return undefined;
    const length = readUint(header, 1, 3);
    const cap = this.#keyed ? sealedCap(this.#keyed.suite) : LIMITS.handshakeBody;
    if (length > cap) {
      throw new RemoteProtocolError('record_too_large', {
        expected: `at most ${cap} bytes`,
        got: String(length),
      });
    }
    return this.#queue.take(RECORD_HEADER_LENGTH + length);
  }

  #handle(type: number, record: Uint8Array): void {
    if (this.#keyed) this.#open(this.#keyed, type, record);
    else if (type === RECORD_TYPE.alert) this.#handleAlert(parseRecord(ALERT_LAYOUT, record));
    else this.#handleStep(this.#handshake.handle(type, record));
  }

  #handleStep({ write, done }: HandshakeStep): void {
    if (write) this.#events.push({ kind: 'write', bytes: write });
    if (!done) return;
    const { suite, keys, keyId } = done;
    const { ciphers, random, recordsPerKey, side } = this.#options;
    const [out, into] = side === 'client' ? [keys.c2s, keys.s2c] : [keys.s2c, keys.c2s];
    this.#keyed = {
      suite,
      sealer: new RecordSealer(new RecordCipher(suite, ciphers, out), random, recordsPerKey),
      opener: new RecordOpener(new RecordCipher(suite, ciphers, into), recordsPerKey),
    };
    const detail = `psk, ${suiteTitle(suite)}`;
    this.#events.push({ kind: 'opened', detail, ...(keyId !== undefined && { keyId }) });
  }

  /**
   * Opens a record. One that does not open ends the connection, except in a suite whose refusal is not fatal: there it is
   * answered in the clear, and both sides go on.
   */
  #open({ suite, opener }: Keyed, type: number, record: Uint8Array): void {
    const { refusal } = suite;
    if (ERRORS[refusal].fatal) return this.#handleSealed(type, opener.open(record));
    if (isClearAlert(type, record)) return;
    let plain: Uint8Array;
    try {
      plain = opener.open(record);
    } catch (error) {
      if (!(error instanceof RemoteProtocolError) || error.code !== refusal) throw error;
      this.#events.push({ kind: 'write', bytes: clearAlert(refusal) });
      return;
    }
    this.#handleSealed(type, plain);
  }

  #handleSealed(type: number, plain: Uint8Array): void {
    if (type === RECORD_TYPE.data) this.#events.push({ kind: 'plain', bytes: plain });
    else if (type === RECORD_TYPE.alert) this.#handleAlert(parseBody(ALERT_LAYOUT, plain));
    else
      throw new RemoteProtocolError('unexpected_record', { expected: 'data or alert', got: typeName(type) });
  }

  #handleAlert({ code }: Values<typeof ALERT_LAYOUT>): void {
    this.#closed = true;
    this.#events.push({ kind: 'closed', code: alertCode(code) });
  }
}

function clearAlert(code: ErrorCode | 'done'): Uint8Array {
  return encodeRecord(RECORD_TYPE.alert, ALERT_LAYOUT, { code: alertByte(code) });
}

/** A sealed alert is longer in every suite. */
function isClearAlert(type: number, record: Uint8Array): boolean {
  return type === RECORD_TYPE.alert && record.length === RECORD_HEADER_LENGTH + fixedSize(ALERT_LAYOUT);
}

/** Garbage shows in its first byte, so it is refused at once, without waiting for more. */
function checkType(type: number): void {
  if (RECORD_TYPES.includes(type)) return;
  const expected = `a record type (${RECORD_TYPES.map(typeName).join(', ')})`;
  throw new RemoteProtocolError('not_psk', { expected, got: typeName(type) });
}

function typeName(type: number): string {
  return `0x${toHex(Uint8Array.of(type))}`;
}
