/** Where the steps of handshakes stand: a ladder for each, side by side as far as there is room. */
import type { Handshake, Rung } from '../reading/handshakes.ts';

export const RUNG_HEIGHT = 40;
const HEAD = 62;
const GAP = 24;
/** Narrower than that, the names of the messages do not fit. */
const NARROWEST = 290;
const SIDE = 28;

export interface PlacedRung {
  readonly rung: Rung;
  readonly y: number;
  /** Where the arrow begins and ends. */
  readonly from: number;
  readonly to: number;
}

export interface PlacedLadder {
  readonly handshake: Handshake;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The lines of the client and of the server. */
  readonly client: number;
  readonly server: number;
  readonly rungs: readonly PlacedRung[];
}

export interface Ladders {
  readonly width: number;
  readonly height: number;
  readonly ladders: readonly PlacedLadder[];
}

export function layLadders(handshakes: readonly Handshake[], width: number): Ladders {
  const perRow = Math.max(1, Math.min(handshakes.length, Math.floor((width + GAP) / (NARROWEST + GAP))));
  const each = (width - (perRow - 1) * GAP) / perRow;
  const ladders: PlacedLadder[] = [];
  let top = 0;
  for (let at = 0; at < handshakes.length; at += perRow) {
    const row = handshakes.slice(at, at + perRow);
    const height = HEAD + Math.max(...row.map(({ rungs }) => rungs.length)) * RUNG_HEIGHT + GAP / 2;
    row.forEach((handshake, place) =>
      ladders.push(layLadder(handshake, place * (each + GAP), top, { width: each, height })),
    );
    top += height + GAP;
  }
  return { width, height: Math.max(0, top - GAP), ladders };
}

function layLadder(
  handshake: Handshake,
  x: number,
  y: number,
  { width, height }: { readonly width: number; readonly height: number },
): PlacedLadder {
  const [client, server] = [x + SIDE, x + width - SIDE];
  const rungs = handshake.rungs.map((rung, at): PlacedRung => {
    const [from, to] = rung.dir === 'c2s' ? [client, server] : [server, client];
    return { rung, y: y + HEAD + at * RUNG_HEIGHT + RUNG_HEIGHT - 12, from, to };
  });
  return { handshake, x, y, width, height, client, server, rungs };
}

/** The points of the head of an arrow. */
export function arrowHead({ to, from, y }: Pick<PlacedRung, 'to' | 'from' | 'y'>): string {
  const back = to > from ? -7 : 7;
  return `${to},${y} ${to + back},${y - 4} ${to + back},${y + 4}`;
}
