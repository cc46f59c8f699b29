/**
 * What the psk wire carries: record header, handshake bodies and alert, as byte layouts. All integers are
 * big-endian. `docs/reference/psk-wire.md` is the specification in words.
 */
import type { Layout } from '#protocol/layout';

export const PSK_VERSION = 0x01;
export const RECORD_HEADER_LENGTH = 12;
export const NONCE_LENGTH = 32;
export const CONFIRM_LENGTH = 32;

export const RECORD_TYPE = {
  clientHello: 0x01,
  serverHello: 0x02,
  clientFinished: 0x03,
  alert: 0x15,
  data: 0x17,
} as const;
export type RecordTypeName = keyof typeof RECORD_TYPE;

/** Also the associated data of a sealed record: where a suite has a tag, no bit of it can be changed unnoticed. */
export const RECORD_HEADER_LAYOUT = [
  {
    name: 'type',
    kind: 'uint',
    size: 1,
    note: 'What the record carries: 0x01 client hello, 0x02 server hello, 0x03 client finished, 0x15 alert, 0x17 data.',
    source: 'psk-wire.md §Records',
  },
  {
    name: 'length',
    kind: 'uint',
    size: 3,
    note: 'Bytes after this header. It stays readable, so Eve sees how long each message is.',
    source: 'psk-wire.md §Records',
  },
  {
    name: 'sequence',
    kind: 'uint',
    size: 8,
    note: 'Counts the sealed records of this direction from 0 and never repeats under one key; it exposes a replayed or reordered record. Zero in the handshake, and always in a suite that does not count.',
    source: 'psk-wire.md §Records',
  },
] as const satisfies Layout;

export const CLIENT_HELLO_LAYOUT = [
  {
    name: 'version',
    kind: 'uint',
    size: 1,
    note: 'Version of the psk wire: 0x01.',
    source: 'psk-wire.md §Client hello',
  },
  {
    name: 'client_nonce',
    kind: 'bytes',
    size: NONCE_LENGTH,
    note: 'Fresh random bytes of the client. With the server’s they make the session keys differ for every connection although the shared key stays the same.',
    source: 'psk-wire.md §Client hello',
  },
  {
    name: 'suites_length',
    kind: 'uint',
    size: 1,
    note: 'How many suites are offered.',
    source: 'psk-wire.md §Client hello',
  },
  {
    name: 'suites',
    kind: 'sized',
    length: 'suites_length',
    note: 'The cipher suites the client would accept, one byte each, best first.',
    source: 'psk-wire.md §Client hello',
  },
  {
    name: 'key_id_length',
    kind: 'uint',
    size: 1,
    note: 'Bytes of the key id.',
    source: 'psk-wire.md §Client hello',
  },
  {
    name: 'key_id',
    kind: 'sized',
    length: 'key_id_length',
    note: 'Which shared key to use (UTF-8). It crosses in the clear: Eve learns the name of the key, never the key.',
    source: 'psk-wire.md §Client hello',
  },
] as const satisfies Layout;

export const SERVER_HELLO_LAYOUT = [
  {
    name: 'version',
    kind: 'uint',
    size: 1,
    note: 'Version of the psk wire: 0x01.',
    source: 'psk-wire.md §Server hello',
  },
  {
    name: 'server_nonce',
    kind: 'bytes',
    size: NONCE_LENGTH,
    note: 'Fresh random bytes of the server.',
    source: 'psk-wire.md §Server hello',
  },
  {
    name: 'suite',
    kind: 'uint',
    size: 1,
    note: 'The cipher suite the server chose from the client’s offer.',
    source: 'psk-wire.md §Server hello',
  },
  {
    name: 'server_confirm',
    kind: 'bytes',
    size: CONFIRM_LENGTH,
    note: 'Key confirmation: HMAC-SHA256 under the server’s confirmation key over the hash of the hellos. Only a holder of the shared key can make it.',
    source: 'psk-wire.md §Server hello',
  },
] as const satisfies Layout;

export const CLIENT_FINISHED_LAYOUT = [
  {
    name: 'client_confirm',
    kind: 'bytes',
    size: CONFIRM_LENGTH,
    note: 'Key confirmation of the client, over the hellos and the server’s confirmation.',
    source: 'psk-wire.md §Client finished',
  },
] as const satisfies Layout;

/** The body of an alert: in the clear while the handshake runs (a hint, not proof), sealed afterwards. */
export const ALERT_LAYOUT = [
  {
    name: 'code',
    kind: 'uint',
    size: 1,
    note: 'Why the connection ends: 0x00 done, otherwise the byte of an error code.',
    source: 'psk-wire.md §Alerts and the end',
  },
] as const satisfies Layout;
