/** Removes secrets from log entries, by the names of their fields. */
import { constants } from 'node:os';
import { isErrorCode } from '#protocol/errors';

export const REDACTED = '[redacted]';

const NAMES = /password|token|secret|authorization|device|recovery|cookie|^psk$|^keys?$/i;
/** Deeper than anything that is logged; also cuts off an object that contains itself. */
const DEEPEST = 8;

/** A copy in which every field with the name of a secret is redacted. Errors are left to their serializer. */
export function redacted<T extends object>(value: T): T {
  return cleaned(value, 0) as T;
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date)
    return value;
  // Bytes are keys or messages; neither belongs in a log.
  if (ArrayBuffer.isView(value) || depth === DEEPEST) return REDACTED;
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecret(name, item) ? REDACTED : cleaned(item, depth + 1),
    ]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return NAMES.test(name) || (name === 'code' && !isReason(value));
}

/** A code is the digits of a second factor, unless it says why something failed. */
function isReason(code: unknown): boolean {
  if (typeof code !== 'string') return false;
  return (
    isErrorCode(code) ||
    ['done', 'reset'].includes(code) ||
    /^(ERR|SQLITE)_/.test(code) ||
    code in constants.errno
  );
}
