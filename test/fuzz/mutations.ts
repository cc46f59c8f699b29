/** What may happen to a flow on its way into the dissection, as data: a failing case can be printed and run again. */
import fc from 'fast-check';
import type { TapEvent } from '#dissect/model';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { type Beginning, BEGINNINGS, bytesOf, directionOf } from '../support/dissection/clear-beginnings.ts';

type Chunk = Extract<TapEvent, { kind: 'chunk' }>;

/** `at` and `to` count bytes or events; they wrap around, so any number has a meaning. */
export interface Mutation {
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly to: number;
}

const KINDS = [
  'flip',
  'overwrite',
  'truncate',
  'insert',
  'remove',
  'split',
  'swap',
  'double',
  'drop',
  'gap',
  'turn',
  'nameless',
  'spoil-secret',
  'resize-secret',
  'drop-secret',
  'early-end',
  'clear-beginning',
  'small-records',
] as const;

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(),
  to: fc.nat(),
});

/** The events after the mutation; those given stay as they are. */
export function mutated(events: readonly TapEvent[], { kind, at, to }: Mutation): TapEvent[] {
  switch (kind) {
    case 'nameless':
      return events.map((event) => (event.kind === 'flow' ? withoutWire(event) : event));
    case 'spoil-secret':
    case 'resize-secret':
    case 'drop-secret':
      return onSecret(events, kind, at, to);
    case 'clear-beginning':
      return withClearBeginning(events, at, to);
    case 'small-records':
      return onChunk(events, at, (chunk) => [
        { ...chunk, bytes: inSmallRecords(chunk.bytes, 1 + (to % 64)) },
      ]);
    case 'swap':
      return swapped(events, at, to);
    case 'early-end':
      return inserted(events, at, { kind: 'end', flow: 1, dir: to % 2 ? 'c2s' : 's2c', time: 0, how: 'fin' });
    default:
      return onChunk(events, at, (chunk) => changedChunk(chunk, kind, to));
  }
}

/** Bytes after a change of the kinds that need no events: for whole files. */
export function mutatedBytes(bytes: Uint8Array, { kind, at, to }: Mutation): Uint8Array {
  if (bytes.length === 0) return bytes;
  const place = at % bytes.length;
  switch (kind) {
    case 'truncate':
      return bytes.subarray(0, place);
    case 'insert':
      return concat([bytes.subarray(0, place), noise(to), bytes.subarray(place)]);
    case 'remove':
    case 'drop':
      return concat([
        bytes.subarray(0, place),
        bytes.subarray(Math.min(bytes.length, place + 1 + (to % 64))),
      ]);
    case 'overwrite':
      return overwritten(bytes, place, to);
    default:
      return flipped(bytes, place, to);
  }
}

type Simple = Exclude<
  Mutation['kind'],
  | 'nameless'
  | 'spoil-secret'
  | 'resize-secret'
  | 'drop-secret'
  | 'swap'
  | 'early-end'
  | 'clear-beginning'
  | 'small-records'
>;

function changedChunk(chunk: Chunk, kind: Simple, to: number): TapEvent[] {
  const { bytes } = chunk;
  const place = to % Math.max(1, bytes.length);
  const as = (changed: Uint8Array): Chunk => ({ ...chunk, bytes: changed });
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'flip':
      return [as(flipped(bytes, place, to >> 8))];
    case 'overwrite':
      return [as(overwritten(bytes, place, to >> 8))];
    case 'truncate':
      return [as(before)];
    case 'insert':
      return [as(concat([before, noise(to), after]))];
    case 'remove':
      return [as(concat([before, after.subarray(1 + (to % 32))]))];
    case 'split':
      return [as(before), as(after)];
    case 'double':
      return [chunk, chunk];
    case 'drop':
      return [];
    case 'gap':
      return [
        as(before),
        { kind: 'gap', flow: chunk.flow, dir: chunk.dir, time: chunk.time, length: 1 + after.length },
      ];
    case 'turn':
      return [{ ...chunk, dir: chunk.dir === 'c2s' ? 's2c' : 'c2s' }];
  }
}

function onChunk(events: readonly TapEvent[], at: number, change: (chunk: Chunk) => TapEvent[]): TapEvent[] {
  const chunks = events.filter((event) => event.kind === 'chunk');
  const target = chunks[at % Math.max(1, chunks.length)];
  return events.flatMap((event) => (event === target ? change(target) : [event]));
}

function swapped(events: readonly TapEvent[], at: number, to: number): TapEvent[] {
  const [i, j] = [at % events.length, to % events.length];
  const changed = [...events];
  [changed[i], changed[j]] = [events[j] as TapEvent, events[i] as TapEvent];
  return changed;
}

function inserted(events: readonly TapEvent[], at: number, event: TapEvent): TapEvent[] {
  const place = at % (events.length + 1);
  return [...events.slice(0, place), event, ...events.slice(place)];
}

function onSecret(
  events: readonly TapEvent[],
  kind: 'spoil-secret' | 'resize-secret' | 'drop-secret',
  at: number,
  to: number,
): TapEvent[] {
  const secrets = events.filter((event) => event.kind === 'secret');
  const target = secrets[at % Math.max(1, secrets.length)];
  if (!target) return [...events];
  if (kind === 'drop-secret') return events.filter((event) => event !== target);
  const [label = '', random = '', secret = ''] = target.line.split(' ');
  // Of any length, and not always of whole bytes.
  const spoiled =
    kind === 'resize-secret'
      ? secret.repeat(2).slice(0, to % (2 * secret.length))
      : withFlippedBit(secret, to);
  return events.map((event) =>
    event === target ? { ...target, line: `${label} ${random} ${spoiled}` } : event,
  );
}

/** A secret that was resized before may not be of whole bytes; such a one stays. */
function withFlippedBit(secret: string, to: number): string {
  if (secret.length % 2 !== 0 || secret === '') return secret;
  return toHex(flipped(fromHex(secret), to % (secret.length / 2), to >> 8));
}

const BEGINNINGS_IN_TURN = Object.values(BEGINNINGS);

/** As mail servers and proxies do: something in the clear before everything else, now and then without its first byte. */
function withClearBeginning(events: readonly TapEvent[], at: number, to: number): TapEvent[] {
  const first = Math.max(
    0,
    events.findIndex((event) => event.kind === 'chunk'),
  );
  const beginning = BEGINNINGS_IN_TURN[at % BEGINNINGS_IN_TURN.length] as Beginning;
  const lines = beginning.map((said): TapEvent => {
    const bytes = bytesOf(said).subarray(to % 7 === 0 ? 1 : 0);
    return { kind: 'chunk', flow: 1, dir: directionOf(said), time: 0, bytes };
  });
  return events.toSpliced(first, 0, ...lines);
}

const HEADER_LENGTH = 5;
const HANDSHAKE = 0x16;

/** Handshake records in the clear as records of at most so many bytes (RFC 8446 §5.1); what is no record stays. */
function inSmallRecords(bytes: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at + HEADER_LENGTH <= bytes.length && bytes[at] === HANDSHAKE && bytes[at + 1] === 0x03) {
    const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
    const body = bytes.subarray(at + HEADER_LENGTH, at + HEADER_LENGTH + length);
    for (let from = 0; from < body.length; from += most) {
      const piece = body.subarray(from, from + most);
      parts.push(bytes.subarray(at, at + 3), Uint8Array.of(0, piece.length), piece);
    }
    at += HEADER_LENGTH + length;
  }
  return concat([...parts, bytes.subarray(Math.min(at, bytes.length))]);
}

function withoutWire({ wire: _wire, ...event }: Extract<TapEvent, { kind: 'flow' }>): TapEvent {
  return event;
}

function flipped(bytes: Uint8Array, place: number, bit: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  if (place < changed.length) changed[place] = (changed[place] as number) ^ (1 << (bit & 7));
  return changed;
}

/** Up to four bytes become extreme ones: in a length, the worst that it can be. */
function overwritten(bytes: Uint8Array, place: number, how: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed.fill([0x00, 0xff, 0x7f, 0x80][how & 3] as number, place, place + 1 + ((how >> 2) & 3));
  return changed;
}

function noise(seed: number): Uint8Array {
  return Uint8Array.from({ length: 1 + (seed % 40) }, (_, i) => (seed >> (i & 15)) * 31 + i);
}
