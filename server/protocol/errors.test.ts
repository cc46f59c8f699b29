import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, LocalProtocolError, RemoteProtocolError, isErrorCode } from './errors.ts';

describe('the table of errors', () => {
  const rows = Object.entries(ERRORS) as [string, { fatal: boolean; alert?: number; meaning: string }][];

  it('has codes that read as words', () => {
    for (const [code] of rows) expect(code).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
  });

  it('gives no alert byte twice, none to an orderly end, and only padding errors do not end the connection', () => {
    const alerts = rows.flatMap(([code, { alert, fatal }]) =>
      alert === undefined ? [] : [{ code, alert, fatal }],
    );
    const bytes = alerts.map(({ alert }) => alert);
    expect(new Set(bytes).size).toBe(bytes.length);
    for (const byte of bytes) expect(byte > 0x00 && byte <= 0xff).toBe(true);
    // A server that answers bad padding and goes on is an oracle: for that lesson there is a suite.
    expect(alerts.filter(({ fatal }) => !fatal).map(({ code }) => code)).toEqual(['bad_padding']);
  });

  it('keeps the alert bytes it has ever given', () => {
    const table = Object.fromEntries(
      rows.flatMap(([code, { alert }]) => (alert === undefined ? [] : [[code, alert]])),
    );
    expect(table).toMatchObject({
      not_psk: 0x01,
      unsupported_version: 0x02,
      no_common_suite: 0x03,
      unknown_key_id: 0x04,
      key_confirmation_failed: 0x05,
      record_too_large: 0x06,
      record_truncated: 0x07,
      record_malformed: 0x08,
      unexpected_record: 0x09,
      record_replayed: 0x0a,
      record_out_of_order: 0x0b,
      bad_record_mac: 0x0c,
      sequence_exhausted: 0x0d,
      handshake_timeout: 0x0e,
      bad_padding: 0x0f,
    });
  });

  it('knows its own codes and nothing that every object has', () => {
    for (const [code] of rows) expect(isErrorCode(code)).toBe(true);
    for (const other of ['', 'nope', 'toString', '__proto__', 'constructor'])
      expect(isErrorCode(other)).toBe(false);
  });
});

describe('an error', () => {
  it('of the peer says what was expected and what came', () => {
    const error = new RemoteProtocolError('frame_too_large', { expected: 'at most 3', got: '4' });
    expect(error).toMatchObject({
      name: 'RemoteProtocolError',
      code: 'frame_too_large',
      expected: 'at most 3',
      got: '4',
    });
    expect(error.message).toBe('the announced frame length is above the cap; expected at most 3; got 4');
    expect(new RemoteProtocolError('bad_utf8').message).toBe(ERRORS.bad_utf8.meaning);
  });

  it('of our own is of another kind', () => {
    const code: ErrorCode = 'sequence_exhausted';
    const error = new LocalProtocolError(code, '3 records');
    expect(error).toMatchObject({ name: 'LocalProtocolError', code });
    expect(error).not.toBeInstanceOf(RemoteProtocolError);
  });
});
