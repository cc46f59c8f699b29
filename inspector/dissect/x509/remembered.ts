/**
 * What was read of the last few certificates. A server shows the same chain on each of its connections, and taking a
 * certificate apart costs more than the rest of a handshake.
 */
import type { Reading } from '../fields/field-reader.ts';

type Read = (all: Uint8Array, start: number, end: number) => Reading;

interface Remembered {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly reading: Reading;
}

/** Certificates remembered: a chain or two for each of a handful of servers. */
const MAX_REMEMBERED = 16;
/** Bytes of a certificate that is remembered; most have one or two thousand. */
const MAX_LENGTH = 16 * 1024;

/** The same reader, which returns the same reading for the same bytes at the same place. */
export function remembering(read: Read): Read {
  // The one that was asked for last stands last.
  const known: Remembered[] = [];
  return (all, start, end) => {
    if (end - start > MAX_LENGTH) return read(all, start, end);
    const at = known.findLastIndex((one) => one.start === start && isAt(all, start, end, one.bytes));
    const [found] = at < 0 ? [] : known.splice(at, 1);
    // A copy: a view would keep the piece of the file that the bytes came in.
    const entry = found ?? { start, bytes: all.slice(start, end), reading: read(all, start, end) };
    known.push(entry);
    if (known.length > MAX_REMEMBERED) known.shift();
    return entry.reading;
  };
}

function isAt(all: Uint8Array, start: number, end: number, bytes: Uint8Array): boolean {
  if (end - start !== bytes.length) return false;
  for (let at = 0; at < bytes.length; at++) if (all[start + at] !== bytes[at]) return false;
  return true;
}
