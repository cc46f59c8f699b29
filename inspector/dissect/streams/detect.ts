/** Tells what a stream is from its first bytes, where nothing else says so. */
import { concat, readUint } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';
import { WIRES } from '#protocol/wires';
import { RECORD_HEADER_LENGTH, RECORD_TYPE } from '#channel/psk/records';
import { SEALED_CAP } from '#channel/psk/suites';
import type { Derivation } from '../key-schedule/derivation.ts';
import type { Layer, LayerContext, Unit } from '../layer.ts';
import type { Direction, Proto } from '../model.ts';
import { isSsl2Hello } from '../tls/ssl2-hello.ts';
import { ClearStartLayer } from './clear-start.ts';
import { UnknownLayer } from './unknown.ts';

const LOOK_AT = RECORD_HEADER_LENGTH;
const PSK_TYPES: ReadonlySet<number> = new Set(Object.values(RECORD_TYPE));

/**
 * What a stream that begins with these bytes is; `undefined` while there are fewer than 12 and they do not
 * settle it. The three protocols cannot be mistaken for each other: the second byte of TLS (0x03) would make a
 * psk record or a frame of three megabytes, and a frame begins with 0x00.
 */
export function detect(bytes: Uint8Array, whole: boolean): Proto | undefined {
  if (bytes.length < 2) return whole ? 'unknown' : undefined;
  if (isTls(bytes) || isSsl2Hello(bytes) === true) return 'tls';
  if (bytes.length >= LOOK_AT) return isPsk(bytes) ? 'psk' : isFrame(bytes) ? 'frame' : 'unknown';
  const undecided =
    bytes[0] === 0x00 || PSK_TYPES.has(bytes[0] as number) || isSsl2Hello(bytes) === undefined;
  return undecided && !whole ? undefined : 'unknown';
}

function isTls([type, major]: Uint8Array): boolean {
  return type !== undefined && type >= 0x14 && type <= 0x17 && major === 0x03;
}

/** A plausible length, and the brace that every message begins with. */
function isFrame(bytes: Uint8Array): boolean {
  const length = readUint(bytes, 0, 4);
  return length > 0 && length <= LIMITS.framePayload && bytes[4] === 0x7b;
}

function isPsk(header: Uint8Array): boolean {
  if (!PSK_TYPES.has(header[0] as number)) return false;
  const length = readUint(header, 1, 3);
  return length > 0 && length <= SEALED_CAP && header[4] === 0 && header[5] === 0;
}

/** Holds the first bytes back until they show what the stream is, then only passes bytes on. */
class DetectingLayer implements Layer {
  readonly #make: (proto: Proto) => Layer;
  /** The bytes held back, in the pieces in which they came: where a piece begins may tell something. */
  readonly #waiting = { c2s: [] as Uint8Array[], s2c: [] as Uint8Array[] };
  /** Bytes that were missing before it was settled what the stream is. */
  readonly #missing = { c2s: 0, s2c: 0 };
  #layer: Layer | undefined;

  constructor(make: (proto: Proto) => Layer) {
    this.#make = make;
  }

  get cipher(): string {
    return this.#layer?.cipher ?? '';
  }

  get stack(): readonly Proto[] {
    return this.#layer?.stack ?? [];
  }

  push(dir: Direction, bytes: Uint8Array): Unit[] {
    this.#waiting[dir].push(bytes);
    this.#settle(dir, false);
    return this.#layer
      ? [...this.#afterMissing(dir, this.#layer), ...this.#pushWaiting(dir, this.#layer)]
      : [];
  }

  /** While nothing is settled, what follows the gap is looked at as if it were the beginning. */
  gap(dir: Direction, length: number): Unit[] {
    const cut = this.#waiting[dir].length > 0 ? this.end(dir) : [];
    if (this.#layer) return [...cut, ...this.#layer.gap(dir, length)];
    this.#missing[dir] += length;
    return cut;
  }

  end(dir: Direction): Unit[] {
    this.#settle(dir, true);
    if (!this.#layer) return [];
    const layer = this.#layer;
    return [...this.#afterMissing(dir, layer), ...this.#pushWaiting(dir, layer), ...layer.end(dir)];
  }

  #pushWaiting(dir: Direction, layer: Layer): Unit[] {
    const waiting = this.#waiting[dir];
    this.#waiting[dir] = [];
    return waiting.flatMap((bytes) => layer.push(dir, bytes));
  }

  #afterMissing(dir: Direction, layer: Layer): Unit[] {
    const length = this.#missing[dir];
    this.#missing[dir] = 0;
    return length > 0 ? layer.gap(dir, length) : [];
  }

  pending(dir: Direction): number {
    const waiting = this.#waiting[dir].reduce((sum, bytes) => sum + bytes.length, 0);
    return (this.#layer?.pending(dir) ?? 0) + waiting;
  }

  derivations(): Derivation[] {
    return this.#layer?.derivations?.() ?? [];
  }

  /** Either direction may settle it; what was held back in the other one is passed on with its next bytes. */
  #settle(dir: Direction, whole: boolean): void {
    if (this.#layer) return;
    const seen = concat(this.#waiting[dir]);
    if (seen.length === 0) return;
    const proto = detect(seen.subarray(0, LOOK_AT), whole);
    if (proto !== undefined) this.#layer = this.#make(proto);
  }
}

export type LayerMakers = Readonly<Record<Proto, (context: LayerContext) => Layer>>;

/** The layers of the deepest wire, and the frames in them. */
const MAX_DEPTH = Math.max(...WIRES.map(({ layers }) => layers.length)) + 1;

/** A layer that is told from its first bytes, and so are those inside it. */
export function detectingLayer(makers: LayerMakers, context: Omit<LayerContext, 'inside'>, depth = 0): Layer {
  const inside = (): Layer =>
    depth + 1 < MAX_DEPTH ? detectingLayer(makers, context, depth + 1) : new UnknownLayer();
  const layer = (proto: Proto): Layer => makers[proto]({ ...context, inside });
  return new DetectingLayer((proto) =>
    proto === 'unknown' && depth === 0 ? new ClearStartLayer(() => layer('tls')) : layer(proto),
  );
}
