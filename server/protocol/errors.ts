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
    meaning: 'this version of the psk wire is not supported here',
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
  // Only in a suite that exists to be broken: it tells an attacker what it should not.
  bad_padding: { fatal: false, alert: 0x0f, meaning: 'the padding of the record does not fit' },
  // The tls wire
  tls_failed: { fatal: true, meaning: 'the TLS handshake or a TLS record was refused' },
  // Chat
  bad_name: { fatal: false, meaning: 'the name has characters or a length that is not allowed' },
  name_taken: { fatal: false, meaning: 'someone else has this name' },
  not_joined: { fatal: false, meaning: 'join a room first' },
  already_named: { fatal: false, meaning: 'a name is chosen once, with the first join' },
  no_such_room: { fatal: false, meaning: 'there is no room of this name' },
  too_many_rooms: { fatal: false, meaning: 'the cap on rooms is reached' },
  room_exists: { fatal: false, meaning: 'there is a room of this name already' },
  room_looks_alike: { fatal: false, meaning: 'there is a room whose name looks the same' },
  room_removed: { fatal: false, meaning: 'this room was removed' },
  not_kept: {
    fatal: false,
    meaning: 'this room is temporary: it goes when everyone has left it',
  },
  default_room: { fatal: false, meaning: 'this is the room that everyone starts in: it stays' },
  uninvited: { fatal: false, meaning: 'your invitation into this room was withdrawn' },
  not_invited: { fatal: false, meaning: 'there is no such room, or you need an invitation to enter it' },
  no_such_member: { fatal: false, meaning: 'there is no member of this name here' },
  no_such_message: { fatal: false, meaning: 'there is no message with this number in a room you are in' },
  not_yours: { fatal: false, meaning: 'this message was said by someone else' },
  bad_text: { fatal: false, meaning: 'nothing is left of the text without its control characters' },
  bad_search: { fatal: false, meaning: 'these words cannot be searched for' },
  // Accounts
  auth_required: { fatal: false, meaning: 'log in first' },
  no_accounts: { fatal: false, meaning: 'this server has no accounts; everyone is a guest' },
  unsafe_wire: {
    fatal: false,
    meaning: 'passwords are not accepted on this wire, where anyone can read them; use tls',
  },
  no_registration: { fatal: false, meaning: 'only the operator makes new accounts here' },
  bad_credentials: { fatal: false, meaning: 'the name or the password is wrong' },
  weak_password: { fatal: false, meaning: 'this password is not good enough' },
  second_factor_wrong: { fatal: false, meaning: 'the code is wrong or was used already' },
  second_factor_expired: { fatal: false, meaning: 'the code came too late: start again with the password' },
  no_second_factor: { fatal: false, meaning: 'no second factor is being asked for or set up' },
  session_unknown: { fatal: false, meaning: 'there is no such login session, or it has ended' },
  already_logged_in: { fatal: false, meaning: 'this connection is logged in already; log out first' },
  login_timeout: { fatal: true, meaning: 'nobody joined on this connection in time' },
  session_stolen: {
    fatal: true,
    meaning:
      'an earlier token of this login was shown, so someone else may have a copy of it; the login has ended: log in again and change your password',
  },
  session_revoked: { fatal: true, meaning: 'this login session was ended' },
  // Order
  forbidden: { fatal: false, meaning: 'your role does not allow this' },
  outranked: { fatal: false, meaning: 'this member has the same role as you, or a higher one' },
  muted: { fatal: false, meaning: 'you may read but not speak here for now' },
  room_locked: { fatal: false, meaning: 'only moderators may speak in this room now' },
  slow_mode: { fatal: false, meaning: 'wait before your next message in this room' },
  kicked: { fatal: true, meaning: 'a moderator removed you from the server' },
  banned: { fatal: true, meaning: 'this account, name or address is banned' },
  last_admin: { fatal: false, meaning: 'there would be no admin left' },
  bad_address: { fatal: false, meaning: 'this is neither an IP address nor a range of them' },
  too_many: { fatal: false, meaning: 'a cap is reached' },
  // Defence
  rate_limited: { fatal: false, meaning: 'too much in too short a time; wait' },
  flooding: { fatal: true, meaning: 'this connection went on although it was told to wait' },
  too_many_connections: { fatal: true, meaning: 'there are too many connections from this network' },
  idle_timeout: { fatal: true, meaning: 'nothing was heard for too long' },
  frame_timeout: { fatal: true, meaning: 'a frame was begun but not finished in time' },
  read_only: { fatal: false, meaning: 'the server cannot store anything now; reading goes on' },
  busy: { fatal: false, meaning: 'the server cannot take another message now; send it again later' },
  storage_failed: { fatal: false, meaning: 'the message could not be stored, so it was not sent to anyone' },
  replaced: { fatal: true, meaning: 'the same member connected again elsewhere' },
  slow_reader: { fatal: true, meaning: 'more bytes were waiting for this reader than the cap allows' },
  wire_stopped: { fatal: true, meaning: 'the operator has stopped this wire' },
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
