/**
 * The load, in a process of its own: connects the clients, sends, counts what arrives. Reads a `LoadOrder` as a line of
 * JSON and prints an empty object when all are connected, and another, after the next line, when it has warmed the server
 * up; for the line after that it sends and prints a `LoadResult`.
 */
import { createInterface } from 'node:readline';
import { type LoadOrder, type LoadFigures, MESSAGE_BYTES, SENDERS, bareBytes, isOwn } from './contract.ts';
import { type Peer, connectPeer } from './peers.ts';

/** Listeners that decode everything even at saturation; the others only count, and the talkers only talk. */
const VERIFIERS = 1;
/** By then both processes have compiled their hot code: at saturation soon, at a moderate rate later. */
const WARM_UP_MS = { saturate: 1_000, steady: 5_000 } as const;

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const order = JSON.parse(String((await lines.next()).value)) as LoadOrder;
const { clients, kind, seconds } = order;
const peers: Peer[] = [];
for (let i = 0; i < clients; i += 50) {
  peers.push(
    ...(await Promise.all(Array.from({ length: Math.min(50, clients - i) }, () => connectPeer(order)))),
  );
}
const senders = peers.slice(0, SENDERS);
const listeners = peers.slice(SENDERS);
const numbers = new Map<number, number>();
const frameBytes = await measureFrame();
console.log('{}');
await lines.next();
if (order.load.kind === 'steady') await steady(order.load.rate, WARM_UP_MS.steady);
console.log('{}');
await lines.next();
console.log(JSON.stringify(await measured()));
process.exit(0);

function measured(): Promise<LoadFigures> {
  const { load } = order;
  if (load.kind === 'joins') throw new Error('joins are the work of joins/load.ts');
  return load.kind === 'saturate' ? saturate(load.window) : steady(load.rate, seconds * 1000);
}

/** Sends one message and finds out how many bytes a recipient gets for it. */
async function measureFrame(): Promise<number> {
  await settle();
  for (const peer of peers) peer.bytes = 0;
  const [first, second] = senders as [Peer, Peer];
  first.send([message(0)]);
  await until(() => peers.every((peer) => peer === first || peer.bytes > 0));
  await settle();
  const bytes = second.bytes;
  for (const peer of peers) peer.bytes = 0;
  return isOwn(kind) ? bytes : bareBytes(kind);
}

async function saturate(window: number): Promise<LoadFigures> {
  for (const peer of listeners.slice(VERIFIERS)) peer.listenOnly();
  for (const peer of senders) peer.deafen();
  const verified = verifyAt(listeners.slice(0, VERIFIERS));
  let sent = 0;
  const received = (): number => listeners.reduce((sum, peer) => sum + peer.bytes, 0) / frameBytes;
  const start = performance.now();
  let warm: { at: number; received: number } | undefined;
  for (;;) {
    const now = performance.now() - start;
    const total = received();
    if (!warm && now > WARM_UP_MS.saturate) warm = { at: now, received: total };
    if (warm && now > WARM_UP_MS.saturate + seconds * 1000) {
      const deliveriesPerSecond = ((total - warm.received) / (now - warm.at)) * 1000;
      return { deliveriesPerSecond, deliveries: total, messages: sent, verified: verified() };
    }
    const underWay = sent - total / listeners.length;
    const room = Math.floor((window - underWay) / SENDERS);
    if (room > 0) {
      senders.forEach((sender, index) => sender.send(Array.from({ length: room }, () => message(index))));
      sent += room * SENDERS;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function steady(rate: number, forMs: number): Promise<LoadFigures> {
  const sentAt = new Map<string, number>();
  /** When each message was sent, in order, for messages that only their order tells apart. */
  const times: number[] = [];
  const latencies: number[] = [];
  const start = performance.now();
  for (const peer of peers) {
    let heard = 0;
    peer.onText = (said) => {
      const at = isOwn(kind) ? sentAt.get(said) : times[heard++];
      if (at === undefined) return;
      latencies.push(performance.now() - at);
    };
  }
  while (performance.now() - start < forMs) {
    const due = ((performance.now() - start) / 1000) * rate;
    while (times.length < due) {
      const index = isOwn(kind) ? times.length % SENDERS : 0;
      const said = message(index);
      const now = performance.now();
      sentAt.set(said, now);
      times.push(now);
      senders[index]?.send([said]);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await until(() => latencies.length >= times.length * (clients - 1));
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] as number;
  const deliveriesPerSecond = (latencies.length / forMs) * 1000;
  return {
    deliveriesPerSecond,
    deliveries: latencies.length,
    messages: times.length,
    p50: at(0.5),
    p99: at(0.99),
    verified: latencies.length,
  };
}

/** These clients decode every message and insist that none of a sender's messages is missing, duplicated or out of order. */
function verifyAt(verifiers: readonly Peer[]): () => number {
  let verified = 0;
  for (const peer of verifiers) {
    const next = new Map<string, number>();
    peer.onText = (said) => {
      verified += 1;
      if (!isOwn(kind)) return;
      const [sender, number] = said.split(' ') as [string, string];
      const expected = next.get(sender) ?? Number(number);
      if (Number(number) !== expected)
        throw new Error(`sender ${sender}: expected ${expected}, got ${number}`);
      next.set(sender, expected + 1);
    };
  }
  return () => verified;
}

/** Its sender and its number, padded to the length of a message. */
function message(sender: number): string {
  const number = (numbers.get(sender) ?? 0) + 1;
  numbers.set(sender, number);
  return `${sender} ${number} `.padEnd(MESSAGE_BYTES, 'x');
}

/** Waits until everything under way has arrived: nothing new for a tenth of a second. */
async function settle(): Promise<void> {
  for (let before = -1; ;) {
    const total = peers.reduce((sum, peer) => sum + peer.bytes, 0);
    if (total === before) return;
    before = total;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
