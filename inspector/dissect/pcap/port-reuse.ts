/** Tells a connection from the next one between the same two ports. */
import { CAPS } from './caps.ts';
import { FLAG } from './packets.ts';
import type { TcpSegment } from './segments.ts';
import type { SegmentStream } from './stream.ts';

interface Known {
  /** What the sender of the segment has sent in the connection that is known. */
  readonly own: SegmentStream;
  readonly other: SegmentStream;
  /** The connection has ended, as far as is known. */
  readonly isOver: boolean;
}

/** True when the segment cannot belong to the connection that is known. */
export function isOfAnother(
  { flags, sequence, acknowledged, length }: TcpSegment,
  { own, other, isOver }: Known,
): boolean {
  if ((flags & FLAG.rst) !== 0) return false;
  if ((flags & FLAG.syn) !== 0) return isOtherSyn(own, sequence);
  if (length === 0 || !own.settled) return false;
  const answers = (flags & FLAG.ack) !== 0 && other.settled;
  return isOver
    ? !isWithin(own, sequence) || (answers && !isWithin(other, acknowledged))
    : isFar(own, sequence) && (!answers || isFar(other, acknowledged));
}

/** True between the first byte and the end; while there is no end, also as far ahead as segments may be. */
function isWithin(stream: SegmentStream, sequence: number): boolean {
  const distance = stream.distance(sequence);
  return distance + stream.position >= -1 && distance <= (stream.ended ? 0 : CAPS.farAway);
}

function isFar(stream: SegmentStream, sequence: number): boolean {
  return Math.abs(stream.distance(sequence)) > CAPS.farAway;
}

/**
 * A SYN whose number is not the one that began its direction. The first SYN of a direction is not meant: it
 * opens the connection, answers the other side's SYN, or belongs to a simultaneous open (RFC 9293 §3.5).
 */
function isOtherSyn(stream: SegmentStream, sequence: number): boolean {
  if (!stream.began || stream.beganWith(sequence)) return false;
  if (stream.settled) return true;
  // Before the start is settled, a SYN numbered a little before the segments belongs to them and comes late.
  const distance = stream.distance(sequence);
  return distance >= 0 || distance < -CAPS.farAway;
}
