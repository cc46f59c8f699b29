/**
 * What Mallory does in the connection of a student who has agreed: the attacks of the matrix that act on the next message, without
 * any key. Each acts once. What comes of it, others observe.
 */
import { FORGED, type RoomAttackId } from '#dissect/page-room-attack';
import { utf8 } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';
import { SAY_PREFIX, TEXT_AT, changedAt, inItsPlace, placeInUnit, sayFrame } from '../known.ts';
import { carriesData } from '../mallory/units.ts';
import { sealedBy } from '../places.ts';
import { BITS } from '../scripts/flip-text.ts';
import { type Target, outermost } from '../targets.ts';

export interface Act {
  /** What goes on in place of a message that somebody says. */
  readonly sent: readonly Uint8Array[];
  /** She has done it: all that comes now goes on as it comes. */
  readonly isOver: boolean;
  /** What she has kept, and must pass on when she leaves before she has done it. */
  readonly kept?: Uint8Array;
}

export type Actor = (said: Uint8Array) => Act;

const over = (...sent: readonly Uint8Array[]): Act => ({ sent, isOver: true });

const ACTORS: Readonly<Record<RoomAttackId, (target: Target) => Actor>> = {
  // She does not know the words: one bit of their first byte makes its neighbour of most letters and digits.
  'flip-text': (target) => (said) =>
    over(changedAt(said, placeInUnit(target, TEXT_AT), Uint8Array.of(BITS.ones))),
  'replay-message': () => (said) => over(said, said),
  reorder: () => {
    let kept: Uint8Array | undefined;
    return (said) => {
      if (kept) return over(said, kept);
      kept = said;
      return { sent: [], isOver: false, kept };
    };
  },
  drop: () => () => over(),
  'forge-message': (target) => (said) => over(said, inItsPlace(target, sayFrame(FORGED), said)),
};

export function actorOf(attack: RoomAttackId, target: Target): Actor {
  return ACTORS[attack](target);
}

/** The least that a client says: one letter, to a room whose name is one letter. Its references have at least so many characters. */
const LEAST_REF = '-'.repeat(18);
const LEAST_SAY = FRAME_HEADER_LENGTH + utf8(`${SAY_PREFIX}x","room":"x","ref":"${LEAST_REF}"}`).length;

/**
 * Whether somebody says something with this unit, as far as Mallory can tell. On plain she reads it. Elsewhere she goes by the size:
 * what a client sends by itself (a ping, that somebody is typing, how far somebody has read) is shorter than the shortest message.
 * A long request, such as a search, she takes for a message.
 */
export function isSaid(unit: Uint8Array, target: Target): boolean {
  const layer = outermost(target);
  if (layer === undefined) return startsWith(unit.subarray(FRAME_HEADER_LENGTH), utf8(SAY_PREFIX));
  return carriesData(unit, layer) && unit.length >= sealedBy(target) + LEAST_SAY;
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return bytes.length >= beginning.length && beginning.every((byte, at) => bytes[at] === byte);
}
