/** Alerts of the psk wire: one byte for each error code that has one, 0x00 for an orderly end. */
import { ERRORS, type ErrorCode } from '#protocol/errors';

export const ALERT_DONE = 0x00;

const BYTES = new Map(
  Object.entries(ERRORS).flatMap(([code, row]) =>
    'alert' in row ? [[code as ErrorCode, row.alert as number] as const] : [],
  ),
);
const CODES = new Map([...BYTES].map(([code, byte]) => [byte, code]));

/** A code without a byte of its own ends as an orderly close: the error frame sent before it has said why. */
export function alertByte(code: ErrorCode | 'done'): number {
  return code === 'done' ? ALERT_DONE : (BYTES.get(code) ?? ALERT_DONE);
}

/** Code of an alert's byte; a byte from a newer version of the protocol counts as `internal`. */
export function alertCode(byte: number): ErrorCode | 'done' {
  return byte === ALERT_DONE ? 'done' : (CODES.get(byte) ?? 'internal');
}
