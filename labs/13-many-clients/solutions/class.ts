/** A class for each part; what has waited leaves in one write, and the socket itself is asked whether it is full. */
import type { Socket } from 'node:net';

class Connection {
  #frames: Uint8Array[] = [];
  bytes = 0;

  constructor(
    private readonly socket: Socket,
    private readonly limit: number,
  ) {
    socket.on('drain', this.flush);
  }

  /** Says whether it can be kept. */
  offer(frame: Uint8Array): boolean {
    if (!this.socket.writableNeedDrain) {
      this.socket.write(frame);
      return true;
    }
    if (this.bytes + frame.byteLength > this.limit) {
      this.#frames = [];
      this.socket.destroy();
      return false;
    }
    this.#frames.push(frame);
    this.bytes += frame.byteLength;
    return true;
  }

  private readonly flush = (): void => {
    if (this.#frames.length === 0) return;
    const all = Buffer.concat(this.#frames);
    this.#frames = [];
    this.bytes = 0;
    this.socket.write(all);
  };
}

class Broadcast {
  readonly #connections = new Map<Socket, Connection>();

  constructor(
    private readonly limit: number,
    private readonly encode: (message: unknown) => Uint8Array,
  ) {}

  add(socket: Socket): void {
    this.#connections.set(socket, new Connection(socket, this.limit));
    socket.once('close', () => this.#connections.delete(socket));
  }

  publish(message: unknown): void {
    const frame = this.encode(message);
    for (const [socket, connection] of this.#connections) {
      if (!connection.offer(frame)) this.#connections.delete(socket);
    }
  }

  stats() {
    let waiting = 0;
    for (const { bytes } of this.#connections.values()) waiting += bytes;
    return { connections: this.#connections.size, waiting };
  }
}

export const createBroadcast = (limit: number, encode: any) => new Broadcast(limit, encode);

class Samples {
  readonly #sorted: Float64Array;

  constructor(samples: number[]) {
    this.#sorted = Float64Array.from(samples).sort();
  }

  percentile(percent: number): number {
    return this.#sorted[Math.ceil((percent / 100) * this.#sorted.length) - 1]!;
  }
}

export function percentile(samples: number[], percent: number): number {
  return new Samples(samples).percentile(percent);
}

export async function measure({ clients, warmUp, rounds, now, broadcast }: any) {
  const times: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    const start = now();
    await broadcast();
    const end = now();
    if (round >= 0) times.push(end - start);
  }
  const samples = new Samples(times);
  const mean = times.reduce((a, b) => a + b) / times.length;
  return {
    clients,
    p50: samples.percentile(50),
    p99: samples.percentile(99),
    perDelivery: (mean / clients) * 1000,
  };
}

class Axis {
  readonly first: number;
  readonly last: number;

  constructor(values: number[]) {
    this.first = Math.floor(Math.log10(Math.min(...values)));
    this.last = Math.ceil(Math.log10(Math.max(...values)));
  }

  at(value: number): number {
    return 100 * (Math.log10(value) - this.first);
  }

  get length(): number {
    return 100 * (this.last - this.first);
  }

  *ticks(): Generator<number> {
    for (let power = this.first; power <= this.last; power++) yield Number(`1e${power}`);
  }
}

export function plot(rows: any[]): string {
  const points = rows
    .flatMap((row) => ['p50', 'p99'].map((name) => ({ name, n: row.clients, ms: row[name] })))
    .filter(({ ms }) => ms > 0);
  if (!points.length) return '';
  const across = new Axis(points.map(({ n }) => n));
  const up = new Axis(points.map(({ ms }) => ms));
  const parts = points.map(
    ({ name, n, ms }) => `<circle class="${name}" cx="${across.at(n)}" cy="${-up.at(ms)}" r="4"/>`,
  );
  for (const n of across.ticks())
    parts.push(`<text x="${across.at(n)}" y="20">${n.toLocaleString('en')}</text>`);
  for (const ms of up.ticks()) parts.push(`<text x="-50" y="${-up.at(ms)}">${ms}</text>`);
  parts.push('<text x="0" y="40">number of clients</text>');
  parts.push(`<text x="-50" y="${-up.length - 20}">time in ms</text>`);
  const box = [-60, -up.length - 40, across.length + 120, up.length + 100].join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${parts.join('')}</svg>`;
}
