/** Each connection is a function that takes a frame; it listens for a drain only while it waits for one. */
import type { Socket } from 'node:net';

type Take = { (frame: Uint8Array): void; waiting: () => number };

const connection = (socket: Socket, limit: number, drop: () => void): Take => {
  let queue: Uint8Array[] | undefined;
  const waiting = () => (queue ?? []).reduce((sum, frame) => sum + frame.length, 0);
  const give = (frame: Uint8Array) => {
    if (socket.write(frame)) return;
    queue ??= [];
    socket.once('drain', resume);
  };
  const resume = () => {
    const old = queue ?? [];
    queue = undefined;
    old.forEach((frame) => take(frame));
  };
  const take = (frame: Uint8Array) => {
    if (!queue) return give(frame);
    if (waiting() + frame.length > limit) return drop();
    queue.push(frame);
  };
  return Object.assign(take, { waiting });
};

export function createBroadcast(limit: number, encode: (message: any) => Uint8Array) {
  let all: { socket: Socket; take: Take }[] = [];
  const without = (socket: Socket) => () => {
    all = all.filter((each) => each.socket !== socket);
  };
  return {
    add: (socket: Socket) => {
      const forget = without(socket);
      const drop = () => {
        forget();
        socket.destroy();
      };
      all.push({ socket, take: connection(socket, limit, drop) });
      socket.on('close', forget);
    },
    publish: (message: any) => {
      const frame = encode(message);
      all.forEach(({ take }) => take(frame));
    },
    stats: () => ({
      connections: all.length,
      waiting: all.reduce((sum, { take }) => sum + take.waiting(), 0),
    }),
  };
}

export const percentile = (samples: number[], percent: number): number =>
  [...samples]
    .sort((a, b) => a - b)
    .find((_, index) => (index + 1) * 100 >= percent * samples.length) as number;

const repeat = async <T>(times: number, act: () => Promise<T>): Promise<T[]> =>
  times === 0 ? [] : [await act(), ...(await repeat(times - 1, act))];

export const measure = async ({ clients, warmUp, rounds, now, broadcast }: any) => {
  await repeat(warmUp, broadcast);
  const begin = now();
  const times = await repeat(rounds, async () => {
    const start = now();
    await broadcast();
    return now() - start;
  });
  const perDelivery = ((now() - begin) / (rounds * clients)) * 1e3;
  return { clients, p50: percentile(times, 50), p99: percentile(times, 99), perDelivery };
};

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const tag = (name: string, attributes: object, content = '') =>
  `<${name} ${Object.entries(attributes)
    .map(([key, value]) => `${key}='${value}'`)
    .join(' ')}>${content}</${name}>`;

export const plot = (rows: any[]): string => {
  const points = ['p99', 'p50'].flatMap((name) =>
    rows.filter((row) => row[name] > 0).map((row) => [name, Math.log10(row.clients), Math.log10(row[name])]),
  ) as [string, number, number][];
  if (points.length === 0) return '';
  const top = Math.ceil(Math.max(...points.map(([, , y]) => y)));
  const bottom = Math.floor(Math.min(...points.map(([, , y]) => y)));
  const right = Math.ceil(Math.max(...points.map(([, x]) => x)));
  const [px, py] = [(x: number) => 80 + 100 * x, (y: number) => 50 + 100 * (top - y)];
  return tag(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${px(right) + 80} ${py(bottom) + 80}` },
    [
      ...points.map(([name, x, y]) => tag('circle', { r: 3, cx: px(x), cy: py(y), class: name })),
      ...range(0, right).map((x) => tag('text', { x: px(x), y: py(bottom) + 20 }, `1e${x}`)),
      ...range(bottom, top).map((y) => tag('text', { x: 20, y: py(y) }, `1e${y}`)),
      tag('text', { x: px(right / 2), y: py(bottom) + 40 }, 'clients'),
      tag('text', { x: 20, y: 20 }, 'ms'),
    ].join('\n'),
  );
};
