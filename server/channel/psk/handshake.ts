/**
 * The psk handshake, spec-shaped: records in, records and session keys out.
 *
 *   client                                server
 *   client_hello (nonce, suites, key id) ─►
 *                          ◄─ server_hello (nonce, suite, confirmation)
 *   client_finished (confirmation) ─►
 */
import type { KeyLogSink } from '../contract.ts';
import { EMPTY, concat, equalConstantTime, toHex, utf8 } from '#protocol/bytes';
import { LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import { type Layout, type Values, encodeLayout, isMisfit, parseLayout } from '#protocol/layout';
import { type SharedKey, findKey } from './keys.ts';
import { encodeHeader, recordSequence } from './record-layer.ts';
import {
  CLIENT_FINISHED_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  CONFIRM_LENGTH,
  NONCE_LENGTH,
  PSK_VERSION,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE,
  SERVER_HELLO_LAYOUT,
} from './records.ts';
import {
  type SessionKeys,
  confirmation,
  deriveSessionKeys,
  extractSecret,
  transcriptOf,
  withoutConfirmation,
} from './schedule.ts';
import { DEFAULT_SUITE, SOUND_SUITES, type Suite } from './suites.ts';

/** Label of a psk session in a key log: `WIREGLASS_PSK_PRK <client nonce> <PRK>`, both in hex. */
export const PSK_KEY_LOG_LABEL = 'WIREGLASS_PSK_PRK';

export interface HandshakeOptions {
  readonly keys: readonly SharedKey[];
  readonly random: (count: number) => Uint8Array;
  readonly keyLog?: KeyLogSink;
  /**
   * The suites that a client offers, best first (by default `aes-256-gcm`), or those that a server accepts, in its own
   * order (by default every sound one).
   */
  readonly suites?: readonly Suite[] | undefined;
}

export interface HandshakeStep {
  readonly write?: Uint8Array;
  /** Set once both sides have proved that they hold the shared key. */
  readonly done?: {
    readonly suite: Suite;
    readonly keys: SessionKeys;
    /** On the server’s side: the id of the shared key. */
    readonly keyId?: string;
  };
}

export interface Handshake {
  start(): HandshakeStep;
  /** One whole record of type `type`, header included. Throws `RemoteProtocolError`. */
  handle(type: number, record: Uint8Array): HandshakeStep;
}

export class ClientHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #shared: SharedKey;
  readonly #nonce: Uint8Array;
  readonly #suites: readonly Suite[];
  #clientHello: Uint8Array = EMPTY;

  constructor(options: HandshakeOptions) {
    const [first] = options.keys;
    if (!first) throw new LocalProtocolError('unknown_key_id', 'no key was given');
    this.#options = options;
    this.#shared = first;
    this.#suites = options.suites ?? [DEFAULT_SUITE];
    this.#nonce = options.random(NONCE_LENGTH);
  }

  start(): HandshakeStep {
    const keyId = utf8(this.#shared.id);
    this.#clientHello = encodeRecord(RECORD_TYPE.clientHello, CLIENT_HELLO_LAYOUT, {
      version: PSK_VERSION,
      client_nonce: this.#nonce,
      suites_length: this.#suites.length,
      suites: Uint8Array.from(this.#suites, (suite) => suite.id),
      key_id_length: keyId.length,
      key_id: keyId,
    });
    return { write: this.#clientHello };
  }

  handle(type: number, record: Uint8Array): HandshakeStep {
    if (type !== RECORD_TYPE.serverHello) throw unexpected('server hello', type);
    const hello = parseRecord(SERVER_HELLO_LAYOUT, record);
    checkVersion(hello.version);
    const suite = this.#suites.find(({ id }) => id === hello.suite);
    if (!suite) throw noCommonSuite(this.#suites, Uint8Array.of(hello.suite));
    const prk = extractSecret(suite, this.#shared.key, this.#nonce, hello.server_nonce);
    logSecret(this.#options.keyLog, this.#nonce, prk);
    const hellos = transcriptOf(this.#clientHello, record);
    const keys = deriveSessionKeys(prk, hellos, suite);
    checkConfirmation(confirmation(keys.serverConfirmKey, hellos), hello.server_confirm);
    const client_confirm = confirmation(keys.clientConfirmKey, concat([hellos, hello.server_confirm]));
    const write = encodeRecord(RECORD_TYPE.clientFinished, CLIENT_FINISHED_LAYOUT, { client_confirm });
    return { write, done: { suite, keys } };
  }
}

export class ServerHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #suites: readonly Suite[];
  readonly #nonce: Uint8Array;
  /** What the client finished must match, and what it then opens; set by the client hello. */
  #pending: { suite: Suite; keys: SessionKeys; keyId: string; clientConfirm: Uint8Array } | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#suites = options.suites ?? SOUND_SUITES;
    this.#nonce = options.random(NONCE_LENGTH);
  }

  start(): HandshakeStep {
    return {};
  }

  handle(type: number, record: Uint8Array): HandshakeStep {
    if (!this.#pending) return this.#onClientHello(type, record);
    if (type !== RECORD_TYPE.clientFinished) throw unexpected('client finished', type);
    const { client_confirm } = parseRecord(CLIENT_FINISHED_LAYOUT, record);
    checkConfirmation(this.#pending.clientConfirm, client_confirm);
    return { done: this.#pending };
  }

  #onClientHello(type: number, record: Uint8Array): HandshakeStep {
    if (type !== RECORD_TYPE.clientHello) throw unexpected('client hello', type);
    const hello = parseRecord(CLIENT_HELLO_LAYOUT, record);
    checkVersion(hello.version);
    const suite = this.#suites.find((candidate) => hello.suites.includes(candidate.id));
    if (!suite) throw noCommonSuite(this.#suites, hello.suites);
    const shared = findKey(this.#options.keys, hello.key_id);
    if (!shared) throw new RemoteProtocolError('unknown_key_id', { got: `key id 0x${toHex(hello.key_id)}` });
    const prk = extractSecret(suite, shared.key, hello.client_nonce, this.#nonce);
    logSecret(this.#options.keyLog, hello.client_nonce, prk);
    return this.#answer(record, { prk, suite, keyId: shared.id });
  }

  #answer(
    clientHello: Uint8Array,
    { prk, suite, keyId }: { prk: Uint8Array; suite: Suite; keyId: string },
  ): HandshakeStep {
    const draft = encodeRecord(RECORD_TYPE.serverHello, SERVER_HELLO_LAYOUT, {
      version: PSK_VERSION,
      server_nonce: this.#nonce,
      suite: suite.id,
      server_confirm: new Uint8Array(CONFIRM_LENGTH),
    });
    const hellos = transcriptOf(clientHello, draft);
    const keys = deriveSessionKeys(prk, hellos, suite);
    const serverConfirm = confirmation(keys.serverConfirmKey, hellos);
    const clientConfirm = confirmation(keys.clientConfirmKey, concat([hellos, serverConfirm]));
    this.#pending = { suite, keys, keyId, clientConfirm };
    return { write: concat([withoutConfirmation(draft), serverConfirm]) };
  }
}

/**
 * Values of a record that is not sealed, header included. Throws `RemoteProtocolError` record_malformed when its
 * number is not zero: nothing counts these records, and outside the hellos nothing would authenticate the field.
 */
export function parseRecord<const L extends Layout>(layout: L, record: Uint8Array): Values<L> {
  const sequence = recordSequence(record);
  if (sequence === 0) return parseBody(layout, record, RECORD_HEADER_LENGTH);
  throw new RemoteProtocolError('record_malformed', {
    expected: 'sequence number 0 in a record that is not sealed',
    got: String(sequence),
  });
}

/** Values of a body, which `layout` must cover to the last byte. Throws `RemoteProtocolError` record_malformed. */
export function parseBody<const L extends Layout>(layout: L, bytes: Uint8Array, start = 0): Values<L> {
  const parsed = parseLayout(layout, bytes, start);
  if (isMisfit(parsed)) throw new RemoteProtocolError('record_malformed', { got: parsed.misfit });
  if (parsed.end === bytes.length) return parsed.values;
  throw new RemoteProtocolError('record_malformed', {
    expected: `${parsed.end - start} bytes`,
    got: String(bytes.length - start),
  });
}

/** A record that is not sealed: sequence number 0. */
export function encodeRecord<const L extends Layout>(
  type: number,
  layout: L,
  values: Values<L>,
): Uint8Array<ArrayBuffer> {
  const body = encodeLayout(layout, values);
  return concat([encodeHeader(type, body.length, 0), body]);
}

function logSecret(keyLog: KeyLogSink | undefined, clientNonce: Uint8Array, prk: Uint8Array): void {
  keyLog?.(`${PSK_KEY_LOG_LABEL} ${toHex(clientNonce)} ${toHex(prk)}`);
}

function checkVersion(version: number): void {
  if (version === PSK_VERSION) return;
  throw new RemoteProtocolError('unsupported_version', {
    expected: String(PSK_VERSION),
    got: String(version),
  });
}

function checkConfirmation(expected: Uint8Array, got: Uint8Array): void {
  if (equalConstantTime(expected, got)) return;
  throw new RemoteProtocolError('key_confirmation_failed', {
    expected: 'a confirmation under the same shared key',
  });
}

function noCommonSuite(suites: readonly Suite[], offered: Uint8Array): RemoteProtocolError {
  const expected = suites.map((suite) => suite.name).join(', ');
  return new RemoteProtocolError('no_common_suite', { expected, got: `0x${toHex(offered.subarray(0, 16))}` });
}

function unexpected(expected: string, type: number): RemoteProtocolError {
  return new RemoteProtocolError('unexpected_record', {
    expected,
    got: `type 0x${toHex(Uint8Array.of(type))}`,
  });
}
