/** One side of a TCP connection: what it sends, and whose turn it is. */
import type { Direction } from '../model.ts';
import type { CapturedEndpoint } from './endpoints.ts';
import type { SegmentStream } from './stream.ts';

export interface TcpSide {
  readonly endpoint: CapturedEndpoint;
  readonly stream: SegmentStream;
  dir: Direction;
  /** A reset that this side sent. Whether it was believed is shown by what follows. */
  reset?: { readonly sequence: number; readonly time: number };
}

/** The place of its first waiting segment in the order of the file. */
export function orderOf({ stream }: TcpSide): number {
  return stream.head?.order ?? Infinity;
}

export function isReady(own: SegmentStream, other: SegmentStream): boolean {
  const { head } = own;
  return head !== undefined && head.at <= own.position && other.hasDelivered(head.acknowledged);
}
