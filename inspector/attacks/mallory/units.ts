/** Cuts a stream into what can be told apart on the wire without a key: frames, psk records, TLS records. */
import { EMPTY, concat, readUint, writeUint } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';
import type { LayerName } from '#protocol/wires';
import { RECORD_HEADER_LENGTH, RECORD_TYPE } from '#channel/psk/records';

interface Header {
  /** Bytes of the header. */
  readonly size: number;
  /** Where the length of what follows stands, and how many bytes it has. */
  readonly at: number;
  readonly width: number;
}

const FRAME: Header = { size: FRAME_HEADER_LENGTH, at: 0, width: 4 };
const RECORD: Readonly<Record<LayerName, Header>> = {
  psk: { size: RECORD_HEADER_LENGTH, at: 1, width: 3 },
  // RFC 8446 §5.1: type, version, length.
  tls: { size: 5, at: 3, width: 2 },
};

/** Application data, with the version that every record of TLS 1.2 and 1.3 names. */
const TLS_DATA = [0x17, 3, 3];

/** Whether the unit carries data, as far as its header says; every frame does. */
export function carriesData(unit: Uint8Array, layer: LayerName | undefined): boolean {
  if (layer === undefined) return true;
  return unit[0] === (layer === 'psk' ? RECORD_TYPE.data : TLS_DATA[0]);
}

function headerOf(layer: LayerName | undefined): Header {
  return layer === undefined ? FRAME : RECORD[layer];
}

/**
 * The unit with the length in its header put right, as somebody does who knows the protocol. Returned as it is when it has no
 * whole header, or is longer than its header can say.
 */
export function withLength(unit: Uint8Array, layer: LayerName | undefined): Uint8Array {
  const { size, at, width } = headerOf(layer);
  const length = unit.length - size;
  if (length < 0 || length >= 2 ** (8 * width)) return unit;
  const right = unit.slice();
  writeUint(right, at, width, length);
  return right;
}

/** A unit that holds these bytes, as if data came in it: a frame, or a record of which only the header is true. */
export function unitOf(bytes: Uint8Array, layer: LayerName | undefined): Uint8Array {
  const header = new Uint8Array(headerOf(layer).size);
  if (layer === 'psk') header[0] = RECORD_TYPE.data;
  if (layer === 'tls') header.set(TLS_DATA);
  return withLength(concat([header, bytes]), layer);
}

export class UnitSplitter {
  readonly #header: Header | undefined;
  #rest: Uint8Array = EMPTY;
  /** The unit that began before the stream was joined is not over yet. */
  #isMidway = false;

  /** `layer` is the outermost of the wire. `as it comes`: whatever it is, it waits for nothing. */
  constructor(layer: LayerName | 'as it comes' | undefined) {
    this.#header = layer === 'as it comes' ? undefined : headerOf(layer);
  }

  /** The units that are whole now. */
  push(bytes: Uint8Array): Uint8Array[] {
    if (!this.#header) return [bytes];
    const { size, at, width } = this.#header;
    const units: Uint8Array[] = [];
    const held = concat([this.#rest, bytes]);
    let begun = 0;
    while (held.length >= begun + size) {
      const end = begun + size + readUint(held, begun + at, width);
      if (held.length < end) break;
      units.push(held.slice(begun, end));
      begun = end;
    }
    this.#rest = held.slice(begun);
    return units;
  }

  /** For a stream that is joined later: this has gone by already, with what may be the beginning of a unit. */
  goneBy(bytes: Uint8Array): void {
    this.push(bytes);
    this.#isMidway = this.#rest.length > 0;
  }

  /** How many of these bytes belong to the unit whose beginning has gone by: they go on as they come. */
  midway(bytes: Uint8Array): number {
    if (!this.#isMidway || !this.#header) return 0;
    const { size, at, width } = this.#header;
    const gone = this.#rest.length;
    this.#rest = concat([this.#rest, bytes]);
    const length = this.#rest.length < size ? Infinity : size + readUint(this.#rest, at, width);
    if (this.#rest.length < length) return bytes.length;
    this.#rest = EMPTY;
    this.#isMidway = false;
    return length - gone;
  }

  /** What is left of a unit that never became whole, and has not gone on. */
  rest(): Uint8Array {
    return this.#isMidway ? EMPTY : this.#rest;
  }
}
