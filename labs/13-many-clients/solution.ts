/** One message to many clients, encoded once; each that does not keep up has a queue of its own, up to a cap. */
import type { Socket } from 'node:net';

/** What waits for one socket. It is full from a write that returned false to the next drain. */
interface Outbox {
  queue: Uint8Array[];
  bytes: number;
  isFull: boolean;
}

export function createBroadcast<M>(limit: number, encode: (message: M) => Uint8Array) {
  const outboxes = new Map<Socket, Outbox>();

  function send(socket: Socket, outbox: Outbox, frame: Uint8Array): void {
    if (!outbox.isFull) {
      outbox.isFull = !socket.write(frame);
    } else if (outbox.bytes + frame.length > limit) {
      outboxes.delete(socket);
      socket.destroy();
    } else {
      outbox.queue.push(frame);
      outbox.bytes += frame.length;
    }
  }

  /** The oldest first: what is published later has to wait behind it. */
  function drain(socket: Socket, outbox: Outbox): void {
    outbox.isFull = false;
    while (!outbox.isFull) {
      const frame = outbox.queue.shift();
      if (!frame) return;
      outbox.bytes -= frame.length;
      outbox.isFull = !socket.write(frame);
    }
  }

  return {
    add(socket: Socket): void {
      const outbox: Outbox = { queue: [], bytes: 0, isFull: false };
      outboxes.set(socket, outbox);
      socket.on('drain', () => drain(socket, outbox));
      socket.on('close', () => outboxes.delete(socket));
    },

    publish(message: M): void {
      const frame = encode(message);
      for (const [socket, outbox] of outboxes) send(socket, outbox, frame);
    },

    stats() {
      return { connections: outboxes.size, waiting: sum([...outboxes.values()].map(({ bytes }) => bytes)) };
    },
  };
}

/** By nearest rank, so that the result is always a sample. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent * sorted.length) / 100));
  return sorted[rank - 1] ?? NaN;
}

export interface Trial {
  readonly clients: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly now: () => number;
  readonly broadcast: () => Promise<void>;
}

export interface Row {
  readonly clients: number;
  readonly p50: number;
  readonly p99: number;
  readonly perDelivery: number;
}

export async function measure({ clients, warmUp, rounds, now, broadcast }: Trial): Promise<Row> {
  for (let i = 0; i < warmUp; i++) await broadcast();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = now();
    await broadcast();
    times.push(now() - start);
  }
  const perDelivery = (sum(times) * 1_000) / (rounds * clients);
  return { clients, p50: percentile(times, 50), p99: percentile(times, 99), perDelivery };
}

/** Units of the picture from one power of ten to the next. */
const DECADE = 100;
const MARGIN = 60;

export function plot(rows: readonly Row[]): string {
  const points = rows.flatMap(({ clients, p50, p99 }) => [
    { series: 'p50', clients, ms: p50 },
    { series: 'p99', clients, ms: p99 },
  ]);
  const shown = points.filter(({ clients, ms }) => clients > 0 && ms > 0);
  if (shown.length === 0) return '';
  const across = decadesOf(shown.map(({ clients }) => clients));
  const up = decadesOf(shown.map(({ ms }) => ms));
  const width = 2 * MARGIN + DECADE * (across.length - 1);
  const height = 2 * MARGIN + DECADE * (up.length - 1);
  const x = (clients: number): number => MARGIN + DECADE * (Math.log10(clients) - (across[0] ?? 0));
  // In an SVG, y grows downwards.
  const y = (ms: number): number => height - MARGIN - DECADE * (Math.log10(ms) - (up[0] ?? 0));
  const [left, right, top, bottom] = [MARGIN, width - MARGIN, MARGIN, height - MARGIN];
  const columns = across.map((exponent) => {
    const at = x(10 ** exponent);
    return `<path d="M${at} ${top}V${bottom}"/><text x="${at}" y="${bottom + 18}">${powerOfTen(exponent)}</text>`;
  });
  const lines = up.map((exponent) => {
    const at = y(10 ** exponent);
    return `<path d="M${left} ${at}H${right}"/><text x="${left - 25}" y="${at + 4}">${powerOfTen(exponent)}</text>`;
  });
  const circles = shown.map(({ series, clients, ms }) => {
    const fill = series === 'p50' ? 'CanvasText' : 'none';
    return `<circle class="${series}" cx="${x(clients)}" cy="${y(ms)}" r="4" fill="${fill}" stroke="CanvasText"/>`;
  });
  const title = `<text x="${width / 2}" y="${top - 40}">● p50 ○ p99</text>`;
  const units = `<text x="${width / 2}" y="${bottom + 40}">clients</text><text x="${left - 25}" y="${top - 20}">ms</text>`;
  const style = '<style>text { fill: CanvasText; text-anchor: middle } path { stroke: GrayText }</style>';
  return svg(width, height, [style, ...columns, ...lines, ...circles, title, units].join('\n'));
}

/** Exponents of the powers of ten from below the smallest value to above the greatest; at least two. */
function decadesOf(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Without the rounding faults of 10 ** -3. */
function powerOfTen(exponent: number): string {
  return String(Number(`1e${exponent}`));
}

function svg(width: number, height: number, content: string): string {
  const attributes = `viewBox="0 0 ${width} ${height}" style="color-scheme: light dark; background: Canvas" font-size="12"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
