/**
 * Where the secrets of a message are in its frame, whether the frame is whole, malformed, or cut into several
 * records.
 */
import { showUtf8 } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';
import type { Field } from '#protocol/field';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '#protocol/messages';
import { CLIENT_SECRETS, SECRET_NAMES, SERVER_SECRETS } from '#protocol/secret-fields';
import type { Range } from '../fields/locate.ts';
import { characterPerByte } from '../fields/show.ts';
import type { Direction, Inner, Proto, WireRecord } from '../model.ts';

const SECRETS = { c2s: CLIENT_SECRETS, s2c: SERVER_SECRETS } as const;
const MESSAGES = { c2s: CLIENT_MESSAGES, s2c: SERVER_MESSAGES } as const;
const QUOTE = 0x22;

const NAMES = [...SECRET_NAMES].join('|');
/** Most messages have no secret and need not be taken apart to tell. A name may be written with escapes. */
const MAYBE_SECRET = new RegExp(`"(?:${NAMES})"|\\\\u`);
/** A secret by its name in a text that cannot be read as JSON: a string or a list, closed or cut short, or a word. */
const BY_NAME = new RegExp(
  `("(?:${NAMES})"\\s*:\\s*"?)((?<=")(?:\\\\.|[^"\\\\])*|\\[[^\\]]*|[^\\s,}"]+)`,
  'gs',
);
const BEGINNING = /^[^]{4}\{"type":"(\w+)"/;

/** Ranges of the frame's bytes, without the quotes around a string. */
export function secretRanges(frame: Pick<Inner, 'state' | 'fields'>, bytes: Uint8Array): Range[] {
  if (!MAYBE_SECRET.test(showUtf8(bytes))) return [];
  const ranges = inFields(frame.fields).map((range) => withoutQuotes(range, bytes));
  const found = ranges.length === 0 && frame.state === 'malformed' ? byName(characterPerByte(bytes)) : ranges;
  return found.filter(({ start, end }) => end > start);
}

/**
 * The last bytes of the content when they are part of a frame that a later record completes and that may hold a
 * secret: what it holds cannot be told before it is whole.
 */
export function secretPart(
  unit: WireRecord | Inner,
  bytes: Uint8Array,
  dir: Direction,
  inside: Proto | undefined,
): Range | undefined {
  if (!unit.unfinished || inside !== 'frame' || isHandshake(unit)) return undefined;
  const content = unit.plain ?? bytes;
  const start = content.length - unit.unfinished;
  const type = BEGINNING.exec(characterPerByte(content.subarray(start, start + 64)))?.[1];
  if (type === undefined) return { start, end: content.length };
  const harmless = Object.hasOwn(MESSAGES[dir], type) && !Object.hasOwn(SECRETS[dir], type);
  return harmless ? undefined : { start: start + FRAME_HEADER_LENGTH, end: content.length };
}

/** Handshake messages are cut into records too, but hold no secrets of the chat. */
function isHandshake({ title, inner }: WireRecord | Inner): boolean {
  return title === 'handshake' || inner.some(({ proto }) => proto === 'tls-handshake');
}

function inFields(fields: readonly Field[]): Range[] {
  return fields.flatMap((field) =>
    field.secret ? [{ start: field.start, end: field.end }] : inFields(field.children ?? []),
  );
}

function withoutQuotes({ start, end }: Range, bytes: Uint8Array): Range {
  return bytes[start] === QUOTE ? { start: start + 1, end: end - 1 } : { start, end };
}

function byName(text: string): Range[] {
  return [...text.matchAll(BY_NAME)].map(({ index, 1: before = '', 2: secret = '' }) => ({
    start: index + before.length,
    end: index + before.length + secret.length,
  }));
}
