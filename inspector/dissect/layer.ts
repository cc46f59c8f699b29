/**
 * The contract of a dissector. A layer takes the bytes of both directions and gives back the units it finds in
 * them; what a unit decrypts to goes to the layer inside it. Layers stack as channels do: tls ◄ psk ◄ frame.
 */
import type { Derivation } from './key-schedule/derivation.ts';
import type { RecordCiphers } from './crypto/record-ciphers.ts';
import { lazyProperties } from './lazy.ts';
import type { Direction, Inner, Proto } from './model.ts';
import type { SecretLookup } from './secrets/secrets.ts';

/** A unit of a layer: an `Inner` with its place in the layer's own byte stream, or the body of a `WireRecord`. */
export interface Unit extends Omit<Inner, 'start' | 'proto' | 'title'> {
  readonly proto: Inner['proto'] | Proto;
  /** A function where finding it takes work, such as reading the messages inside. */
  readonly title: string | (() => string);
  /** Offset of its first byte in this direction of the layer's stream. */
  readonly offset: number;
  readonly contentStart?: number;
}

export interface Layer {
  /** Version and cipher suite in words, as far as the bytes have told. */
  readonly cipher: string;
  /** This layer and those inside it, as far as they are known. */
  readonly stack: readonly Proto[];
  /** The units that these bytes complete. Takes anything and never throws. */
  push(dir: Direction, bytes: Uint8Array): Unit[];
  /**
   * `length` bytes of this direction are not at hand. Returns what they cut short, and a unit in their place.
   */
  gap(dir: Direction, length: number): Unit[];
  /** The direction ended. Returns what was left over, as a unit that says so. */
  end(dir: Direction): Unit[];
  /** Bytes of this direction that wait for the rest of their unit. */
  pending(dir: Direction): number;
  /** The key schedules of this layer and of those inside it; absent where there are no keys. */
  derivations?(): Derivation[];
}

export interface LayerContext {
  readonly secrets: SecretLookup;
  readonly ciphers: RecordCiphers;
  /** Makes the layer for the plain bytes of the layer that asks. */
  readonly inside: () => Layer;
}

/**
 * Units found in a record's content, as its `inner`. `at` is the stream offset of the content's first byte, and
 * `contentStart` the place of that byte in what `Inner.start` counts from: after the header in a record in the
 * clear, and 0 where the content was decrypted.
 */
export function asInner(units: readonly Unit[], at: number, contentStart = 0): Inner[] {
  const found: Inner[] = [];
  for (const unit of units) {
    if (unit.proto === 'tls' || unit.proto === 'unknown') continue;
    const { proto, bytes, fields, inner } = unit;
    const begin = unit.offset - at;
    const start = begin < 0 ? begin : begin + contentStart;
    const wasSealed = contentStart === 0;
    found.push(
      withContent(
        withVerdict({ proto, bytes, start, fields, inner }, () => verdictOf(unit, wasSealed)),
        unit,
      ),
    );
  }
  return found;
}

type Verdict = Pick<Inner, 'title' | 'state' | 'reason'>;

/** Worked out only when asked for: a caller that merely counts does not need the message in a frame judged. */
const withVerdict = lazyProperties<Verdict>('title', 'state', 'reason');

function verdictOf({ title, state, reason }: Unit, wasSealed: boolean): Verdict {
  const shown = state === 'clear' && wasSealed ? 'was-sealed' : state;
  return { title: typeof title === 'string' ? title : title(), state: shown, reason };
}

type Content = Pick<Unit, 'plain' | 'plainMap' | 'unfinished'>;
type MaybeContent = { readonly [K in keyof Content]: Content[K] | undefined };

/**
 * `part` with those of these properties that `unit` has. Spelt out, because this runs for every record of a
 * long capture.
 */
export function withContent<P extends object>(
  part: P,
  { plain, plainMap, unfinished }: MaybeContent,
): P & Content {
  const made: P & { -readonly [K in keyof Content]: Content[K] } = part;
  if (plain) made.plain = plain;
  if (plainMap) made.plainMap = plainMap;
  if (unfinished !== undefined) made.unfinished = unfinished;
  return made;
}

/**
 * The units of a gap. What the gap cut short in the layer inside is added to the inner units of the last one:
 * it consists of bytes of earlier records that nothing completes any more. `at` is how far the inner stream has
 * come.
 */
export function withCutShort(units: readonly Unit[], inside: readonly Unit[], at: number): Unit[] {
  const inner = asInner(
    inside.filter(({ bytes }) => bytes.length > 0),
    at,
  );
  const last = units.at(-1);
  if (!last || inner.length === 0) return [...units];
  return [...units.slice(0, -1), { ...last, inner: [...last.inner, ...inner] }];
}

/** Title of a sealed record: what it turned out to hold, or `fallback` when no unit ends in it. */
export function titleOf(inner: readonly Inner[], fallback: string): string {
  if (inner.length === 0) return fallback;
  const shown = inner.slice(0, 3).map(nameOf);
  return inner.length > 3 ? `${shown.join(', ')}, … (${inner.length})` : shown.join(', ');
}

/** Both TLS and psk have a client hello; inside another protocol the title says whose it is. */
function nameOf({ proto, title, inner }: Inner): string {
  return proto === 'psk' && inner.length === 0 ? `psk ${title}` : title;
}
