/** What Mallory knows of the protocol without any key, as everyone does: how a message is written, and where it stands in a unit. */
import { ciphertextStart } from './places.ts';
import { RECORD_HEADER_LENGTH, RECORD_TYPE } from '#channel/psk/records';
import { DEFAULT_SUITE } from '#channel/psk/suites';
import { concat, readUint, utf8, writeUint } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH, encodeFrame } from '#protocol/frame';
import { type Target, outermost } from './targets.ts';

/** Parts of a psk record's header. */
const LENGTH = { at: 1, size: 3 } as const;
const SEQUENCE = { at: 4, size: 8 } as const;

const LEAST_BODY = 128;
const TLS_HEADER = { size: 5, lengthAt: 3 } as const;

/** How every message begins that somebody says. */
export const SAY_PREFIX = '{"type":"say","text":"';

/** Where the text of a message that is said begins in its plain bytes. */
export const TEXT_AT = FRAME_HEADER_LENGTH + SAY_PREFIX.length;

/** Where this byte of the plain bytes stands in the unit that carries them, if it stands for itself there. */
export function placeInUnit(target: Target, plainAt: number): number {
  return ciphertextStart(target) + plainAt;
}

/** A whole frame with a message of Mallory's own. */
export function sayFrame(text: string): Uint8Array {
  return encodeFrame(utf8(`${SAY_PREFIX}${text}"}`));
}

/** The header of a record that follows `record` in its direction, with a body of so many bytes. */
export function nextHeader(
  { suite = DEFAULT_SUITE }: Target,
  record: Uint8Array,
  length: number,
): Uint8Array {
  const header = record.slice(0, RECORD_HEADER_LENGTH);
  writeUint(header, LENGTH.at, LENGTH.size, length);
  header[0] = RECORD_TYPE.data;
  if (!suite.numbered) return header;
  // The handshake is not counted.
  const isFirst = record[0] !== RECORD_TYPE.data;
  const sequence = isFirst ? -1 : readUint(header, SEQUENCE.at, SEQUENCE.size);
  writeUint(header, SEQUENCE.at, SEQUENCE.size, sequence + 1);
  return header;
}

/** What looks like the next unit of the wire; what is inside is not sealed, since Mallory has no key. */
export function inItsPlace(target: Target, frame: Uint8Array, before: Uint8Array): Uint8Array {
  const layer = outermost(target);
  if (layer === undefined) return frame;
  // Filled up to what every suite takes for a record: whole blocks, with room for a nonce and a tag.
  const body = concat([frame, new Uint8Array(LEAST_BODY - frame.length)]);
  if (layer === 'psk') return concat([nextHeader(target, before, body.length), body]);
  const header = before.slice(0, TLS_HEADER.size);
  writeUint(header, TLS_HEADER.lengthAt, 2, body.length);
  return concat([header, body]);
}

export function xor(...all: readonly Uint8Array[]): Uint8Array {
  const length = Math.min(...all.map((bytes) => bytes.length));
  return Uint8Array.from({ length }, (_, at) => all.reduce((sum, bytes) => sum ^ (bytes[at] as number), 0));
}

/** The same bytes with those at `at` XORed. */
export function changedAt(bytes: Uint8Array, at: number, change: Uint8Array): Uint8Array {
  const end = at + change.length;
  return concat([bytes.subarray(0, at), xor(bytes.subarray(at, end), change), bytes.subarray(end)]);
}
