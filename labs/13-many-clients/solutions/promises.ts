/** Each connection has an async loop of its own while it is behind, which waits for its drains. */
import { once } from 'node:events';
import type { Socket } from 'node:net';

export function createBroadcast(limit: number, encode: (message: any) => Uint8Array) {
  const open = new Set<Socket>();
  const behind = new Map<Socket, Uint8Array[]>();
  const bytesOf = (frames: Uint8Array[]) => frames.reduce((sum, frame) => sum + frame.length, 0);

  async function catchUp(socket: Socket) {
    const queue: Uint8Array[] = [];
    behind.set(socket, queue);
    await once(socket, 'drain');
    while (queue.length > 0) if (!socket.write(queue.shift()!)) await once(socket, 'drain');
    behind.delete(socket);
  }

  function forget(socket: Socket) {
    open.delete(socket);
    behind.delete(socket);
  }

  return {
    add(socket: Socket) {
      open.add(socket);
      socket.on('close', () => forget(socket));
    },
    async publish(message: any) {
      const frame = encode(message);
      for (const socket of [...open]) {
        const queue = behind.get(socket);
        if (!queue) {
          if (!socket.write(frame)) catchUp(socket).catch(() => forget(socket));
        } else if (bytesOf(queue) + frame.length <= limit) {
          queue.push(frame);
        } else {
          forget(socket);
          socket.destroy();
        }
      }
    },
    stats: () => ({
      connections: open.size,
      waiting: [...behind.values()].reduce((sum, queue) => sum + bytesOf(queue), 0),
    }),
  };
}

export function percentile(samples: number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted.at(Math.ceil((samples.length * percent) / 100) - 1) as number;
}

export async function measure({ clients, warmUp, rounds, now, broadcast }: any) {
  const times: number[] = [];
  const round = async () => {
    const start = now();
    await broadcast();
    times.push(now() - start);
  };
  let all = Promise.resolve();
  for (let i = 0; i < warmUp + rounds; i++) all = all.then(round);
  await all;
  const measured = times.slice(warmUp);
  const total = measured.reduce((a, b) => a + b, 0);
  return {
    clients,
    p50: percentile(measured, 50),
    p99: percentile(measured, 99),
    perDelivery: total / rounds / clients / 0.001,
  };
}

export function plot(rows: any[]): string {
  const log = (value: number) => Math.round(1e4 * Math.log10(value)) / 100;
  const circles: string[] = [];
  for (const { clients, p50, p99 } of rows) {
    if (p50) circles.push(`<circle cx="${log(clients)}" cy="${400 - log(p50)}" r="3" class="p50" />`);
    if (p99) circles.push(`<circle cx="${log(clients)}" cy="${400 - log(p99)}" r="3" class="p99" />`);
  }
  if (!circles.length) return '';
  const numbers = [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000, 100_000];
  const across = numbers.map((n) => `<text x="${log(n)}" y="730">${n}</text>`);
  const up = numbers.map((n) => `<text y="${400 - log(n)}" x="-10">${n}</text>`);
  const words = '<text x="250" y="760">clients</text><text x="-10" y="-130">ms (log)</text>';
  return `<svg viewBox="-150 -150 750 950">${circles.join('')}${across.join('')}${up.join('')}${words}</svg>`;
}
