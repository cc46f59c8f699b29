/**
 * Lab 13: one message to many clients, what it costs, and a picture of it.
 */
import type { Socket } from 'node:net';

export interface Stats {
  /** Connections that are still served. */
  connections: number;
  /** Bytes in the queues of all connections together. */
  waiting: number;
}

/**
 * Sends each message to all connections.
 *
 * encode: makes the bytes of a message. It is slow: call it once for each message.
 * limit: how many bytes may wait in the queue of one connection. One that would need more is dropped.
 */
export function createBroadcast<M>(limit: number, encode: (message: M) => Uint8Array) {
  return {
    /** A connection has come. Errors of the socket are listened for elsewhere; you need 'drain' and 'close'. */
    add(socket: Socket): void {},

    /** Sends a message to every connection. */
    publish(message: M): void {},

    stats(): Stats {
      return { connections: 0, waiting: 0 };
    },
  };
}

/** The smallest of the samples that at least `percent` percent of them do not exceed. There is at least one sample. */
export function percentile(samples: number[], percent: number): number {
  return NaN;
}

export interface Trial {
  clients: number;
  /** Broadcasts that are not measured, at the beginning. */
  warmUp: number;
  /** Broadcasts that are measured. */
  rounds: number;
  /** The time in milliseconds. */
  now: () => number;
  /** Sends one message; resolves when every client has it. Do not start another before that. */
  broadcast: () => Promise<void>;
}

export interface Row {
  clients: number;
  /** Milliseconds of one broadcast, until every client had it: percentiles. */
  p50: number;
  p99: number;
  /** All measured time divided by all measured deliveries (one broadcast to n clients is n deliveries), in microseconds. */
  perDelivery: number;
}

export async function measure(trial: Trial): Promise<Row> {
  throw new Error('measure is not written yet');
}

/**
 * The rows as a picture: the text of an SVG, or an empty text when there is no point to show.
 *
 * Each row is two points: <circle class="p50" cx="…" cy="…" r="4"/>, and one of class p99. To the right are clients, upwards
 * are milliseconds. Both axes are logarithmic: ten times as much is 100 units farther, on both. A value of 0 has no place on
 * such an axis and is left out.
 *
 * All points lie in the viewBox. A <text> says clients, another says ms. A <text> with its number stands at each power of ten
 * from the smallest to the greatest value: its x fits the clients, or its y fits the milliseconds, to within 15 units. The
 * judge reads cx, cy, x and y as they stand, so do without transform.
 */
export function plot(rows: Row[]): string {
  return '';
}

/** Colours that can be read on light and on dark: CanvasText for lines and text, the background is there already. */
function svg(width: number, height: number, content: string): string {
  const attributes = `viewBox="0 0 ${width} ${height}" style="color-scheme: light dark; background: Canvas" font-size="12"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`;
}
