/** The pictures in the address: `#picture=keys&eve=1&of=psk%20PSK`. It contains no secret. */
import { partsIn, hashOf } from '../model/route.ts';
import type { RecordKey } from '../reading/rows.ts';

export const PICTURES = [
  { id: 'lanes', label: 'Lanes' },
  { id: 'handshakes', label: 'Handshakes' },
  { id: 'keys', label: 'Keys' },
  { id: 'bytes', label: 'Bytes' },
  { id: 'timing', label: 'Sizes and timing' },
] as const;

export type PictureName = (typeof PICTURES)[number]['id'];

/** How much of the newest time is drawn. */
export const SPANS = [
  { value: '2', label: 'the last 2 seconds' },
  { value: '10', label: 'the last 10 seconds' },
  { value: '60', label: 'the last minute' },
  { value: 'all', label: 'the newest records' },
] as const;

export type Span = (typeof SPANS)[number]['value'];

/** Undefined for all that is kept. */
export function spanMilliseconds(span: Span): number | undefined {
  return span === 'all' ? undefined : Number(span) * 1000;
}

export function recordName({ flow, index }: RecordKey): string {
  return `${flow}.${index}`;
}

/** Where the inspector shows the record, with the same eyes. `query`: of the picture, which may name a capture. */
export function recordAddress(record: RecordKey, eve: boolean, query: string): string {
  return `/inspect${query}${hashOf([
    ['record', recordName(record)],
    ['eve', eve ? 1 : undefined],
  ])}`;
}

export interface PicturesRoute {
  readonly picture: PictureName;
  readonly eve: boolean;
  /** Whose keys are drawn, as wire and kind of handshake: the newest such connection. */
  readonly of: string | undefined;
  readonly span: Span;
}

/** Longer than any wire with its kind of handshake. */
const MAX_NAME = 60;

export function parsePicturesRoute(hash: string): PicturesRoute {
  const query = partsIn(hash);
  return {
    picture: PICTURES.find(({ id }) => id === query.get('picture'))?.id ?? 'lanes',
    eve: query.get('eve') === '1',
    of: query.get('of')?.slice(0, MAX_NAME) || undefined,
    span: SPANS.find(({ value }) => value === query.get('span'))?.value ?? 'all',
  };
}

export function formatPicturesRoute({ picture, eve, of, span }: PicturesRoute): string {
  return hashOf([
    ['picture', picture],
    ['eve', eve ? 1 : undefined],
    ['of', of],
    ['span', span === 'all' ? undefined : span],
  ]);
}
