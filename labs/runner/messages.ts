/** What the judge and the process of a piece tell each other: JSON, bytes in base64. */
import type { FromPiece, ToPiece } from '#judge/messages';
import type { Crossing } from '#judge/values';

export type ToProcess =
  | {
      readonly kind: 'load';
      readonly code: string;
      /** Modules that the piece may import. */
      readonly modules: readonly string[];
      /** Bytes of memory that the process may use. */
      readonly memory: number;
    }
  | ToPiece;

export type FromProcess =
  /** The process is ready to load a piece. */
  | { readonly kind: 'ready' }
  /** It uses more memory than it may. */
  | { readonly kind: 'memory' }
  | FromPiece;

interface Base64 {
  readonly is: 'base64';
  readonly text: string;
}

/** The same message for a transport of text. */
export function toText<T>(message: T): T {
  return mapCrossings(message, (value) =>
    value.is === 'bytes'
      ? ({ is: 'base64', text: Buffer.from(value.bytes).toString('base64') } satisfies Base64)
      : undefined,
  );
}

export function fromText<T>(message: T): T {
  return mapCrossings(message, (value) => {
    if (value.is !== 'base64') return undefined;
    // A plain Uint8Array with memory of its own: not a Buffer, and not a view of a pool.
    return { is: 'bytes', bytes: Uint8Array.from(Buffer.from(value.text, 'base64')) };
  });
}

function mapCrossings<T>(value: T, map: (value: Crossing | Base64) => object | undefined): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => mapCrossings(each, map)) as T;
  const mapped = 'is' in value ? map(value as unknown as Crossing) : undefined;
  if (mapped) return mapped as T;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]: [string, unknown]) => [name, mapCrossings(each, map)]),
  ) as T;
}
