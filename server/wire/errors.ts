/**
 * Every error a peer can be told about, by code. `fatal` ones close that connection after the error frame (or
 * alert); the others refuse one request and leave the connection up. `alert` is the code's byte on the psk wire.
 */
export const ERRORS = {
  // Frames and messages
  frame_too_large: { fatal: true, meaning: 'the announced frame length is above the cap' },
  frame_empty: { fatal: true, meaning: 'a frame must carry at least one byte' },
  frame_truncated: { fatal: true, meaning: 'the connection ended in the middle of a frame' },
  bad_utf8: { fatal: true, meaning: 'the payload is not well-formed UTF-8' },
  bad_json: { fatal: true, meaning: 'the payload is not JSON' },
  bad_message: { fatal: true, meaning: 'a field is missing or has the wrong type, length or value' },
  unknown_type: { fatal: true, meaning: 'there is no message of this type' },
  // The psk channel
  not_psk: { fatal: true, alert: 0x01, meaning: 'the bytes are not a record of the psk wire' },
  unsupported_version: {
    fatal: true,
    alert: 0x02,
    meaning: 'this version of the psk wire is not spoken here',
  },
  no_common_suite: { fatal: true, alert: 0x03, meaning: 'none of the offered suites is enabled here' },
  unknown_key_id: { fatal: true, alert: 0x04, meaning: 'no key with this id is known here' },
  key_confirmation_failed: { fatal: true, alert: 0x05, meaning: 'the two sides do not hold the same key' },
  record_too_large: { fatal: true, alert: 0x06, meaning: 'the announced record length is above the cap' },
  record_truncated: { fatal: true, alert: 0x07, meaning: 'the connection ended in the middle of a record' },
  record_malformed: {
    fatal: true,
    alert: 0x08,
    meaning: 'the record does not have the shape its type demands',
  },
  unexpected_record: {
    fatal: true,
    alert: 0x09,
    meaning: 'a record of this type is not allowed at this point',
  },
  record_replayed: { fatal: true, alert: 0x0a, meaning: 'this sequence number has been used already' },
  record_out_of_order: { fatal: true, alert: 0x0b, meaning: 'a record is missing before this one' },
  bad_record_mac: {
    fatal: true,
    alert: 0x0c,
    meaning: 'the record was changed, or sealed under another key',
  },
  sequence_exhausted: { fatal: true, alert: 0x0d, meaning: 'the key has sealed as many records as it may' },
  handshake_timeout: { fatal: true, alert: 0x0e, meaning: 'the handshake took too long' },
  // The tls wire
  tls_failed: { fatal: true, meaning: 'the TLS handshake or a TLS record was refused' },
  // Chat
  bad_name: { fatal: false, meaning: 'the name has characters or a length that is not allowed' },
  name_taken: { fatal: false, meaning: 'someone else has this name' },
  not_joined: { fatal: false, meaning: 'join a room first' },
  already_named: { fatal: false, meaning: 'a name is chosen once, with the first join' },
  no_such_room: { fatal: false, meaning: 'there is no room of this name' },
  too_many_rooms: { fatal: false, meaning: 'the cap on rooms is reached' },
  busy: { fatal: false, meaning: 'the server cannot take another message now; send it again later' },
  storage_failed: { fatal: false, meaning: 'the message could not be stored, so it was not sent to anyone' },
  replaced: { fatal: true, meaning: 'the same member connected again elsewhere' },
  slow_reader: { fatal: true, meaning: 'more bytes were waiting for this reader than the cap allows' },
  shutting_down: { fatal: true, meaning: 'the server is going away' },
  internal: { fatal: true, meaning: 'the server has a bug; the log has the details' },
} as const satisfies Record<string, { fatal: boolean; alert?: number; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

interface Mismatch {
  readonly expected?: string;
  readonly got?: string;
}

/** The peer broke the protocol. Closes that peer's connection and harms no other. */
export class RemoteProtocolError extends Error {
  override readonly name = 'RemoteProtocolError';
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly got: string | undefined;

  constructor(code: ErrorCode, { expected, got }: Mismatch = {}) {
    super(describe(code, expected, got));
    this.code = code;
    this.expected = expected;
    this.got = got;
  }
}

/** Our own code used the protocol wrongly: a bug here, never the peer's doing. */
export class LocalProtocolError extends Error {
  override readonly name = 'LocalProtocolError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string) {
    super(`${ERRORS[code].meaning} (${detail})`);
    this.code = code;
  }
}

function describe(code: ErrorCode, expected?: string, got?: string): string {
  const parts: string[] = [ERRORS[code].meaning];
  if (expected !== undefined) parts.push(`expected ${expected}`);
  if (got !== undefined) parts.push(`got ${got}`);
  return parts.join('; ');
}
