/** Each connection is a generator that is either at the line for a socket with room, or at the one for a full socket. */
import type { Socket } from 'node:net';

const DRAINED = Symbol('drained');

function* writer(socket: Socket, limit: number, waiting: { bytes: number }): Generator<void, void, any> {
  for (;;) {
    if (socket.write(yield)) continue;
    let queue: Uint8Array[] = [];
    while (true) {
      const event = yield;
      if (event !== DRAINED) {
        waiting.bytes += event.length;
        if (waiting.bytes > limit) return;
        queue.push(event);
        continue;
      }
      let written = 0;
      let hasRoom = true;
      while (hasRoom && written < queue.length) {
        const frame = queue[written++]!;
        waiting.bytes -= frame.length;
        hasRoom = socket.write(frame);
      }
      queue = queue.slice(written);
      if (hasRoom) break;
    }
  }
}

export function createBroadcast(limit: number, encode: (message: any) => Uint8Array) {
  const writers = new Map<Socket, { writing: Generator<void, void, any>; waiting: { bytes: number } }>();
  return {
    add(socket: Socket) {
      const waiting = { bytes: 0 };
      const writing = writer(socket, limit, waiting);
      writing.next();
      writers.set(socket, { writing, waiting });
      socket.on('drain', () => writing.next(DRAINED)).on('close', () => writers.delete(socket));
    },
    publish(message: any) {
      const frame = encode(message);
      for (const [socket, { writing }] of [...writers]) {
        if (!writing.next(frame).done) continue;
        socket.destroy();
        writers.delete(socket);
      }
    },
    stats() {
      let waiting = 0;
      for (const each of writers.values()) waiting += each.waiting.bytes;
      return { connections: writers.size, waiting };
    },
  };
}

export function percentile(samples: number[], percent: number): number {
  const rest = samples.slice();
  let [least, taken] = [NaN, 0];
  while (taken * 100 < percent * samples.length) {
    least = Math.min(...rest);
    rest.splice(rest.indexOf(least), 1);
    taken++;
  }
  return least;
}

async function* timed(rounds: number, now: () => number, broadcast: () => Promise<void>) {
  for (let i = 0; i < rounds; i++) {
    const start = now();
    await broadcast();
    yield now() - start;
  }
}

export async function measure({ clients, warmUp, rounds, now, broadcast }: any) {
  const times: number[] = [];
  let [round, total] = [0, 0];
  for await (const time of timed(warmUp + rounds, now, broadcast)) {
    if (round++ < warmUp) continue;
    times.push(time);
    total += time;
  }
  const [p50, p99] = [50, 99].map((percent) => percentile(times, percent));
  return { clients, p50, p99, perDelivery: (total / clients / rounds) * 1000 };
}

function* points(rows: any[]): Generator<{ name: string; x: number; y: number }> {
  for (const row of rows)
    for (const name of ['p50', 'p99'])
      if (row[name] > 0) yield { name, x: 100 * Math.log10(row.clients), y: -100 * Math.log10(row[name]) };
}

function* parts(all: { name: string; x: number; y: number }[]): Generator<string> {
  for (const { name, x, y } of all)
    yield `<circle cx="${x}" cy="${y}" r="4" class="${name}" fill="currentColor"/>`;
  for (let power = 0; power <= 6; power++) yield `<text x="${100 * power}" y="640">${10 ** power}</text>`;
  for (let power = -6; power <= 6; power++)
    yield `<text x="-80" y="${-100 * power}">${Number(`1e${power}`)}</text>`;
  yield '<text x="300" y="680">clients</text>';
  yield '<text x="-80" y="-650">ms</text>';
}

export function plot(rows: any[]): string {
  const all = [...points(rows)];
  if (all.length === 0) return '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -700 900 1400">${[...parts(all)].join('\n')}</svg>`;
}
