/**
 * Clients that join, in a process of its own: connects them, some at a time, and prints how long it took until the last
 * one was in as a line of JSON. They stay connected until standard input ends.
 */
import { createInterface } from 'node:readline';
import { type JoinOrder, type JoinResult, type LoadOrder } from '../contract.ts';
import { type Peer, connectPeer } from '../peers.ts';

/** Connections that are being opened at the same time: a class that presses Enter, not one student after the other. */
const AT_ONCE = 64;
/** Clients that come and go before that: by then both processes have compiled their hot code. */
const WARM_UP = 1_000;
/** Until the server has noticed that they are gone. */
const SETTLE_MS = 1_000;

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const order = JSON.parse(String((await lines.next()).value)) as JoinOrder;
const { clients } = order;
const link: LoadOrder = { ...order, seconds: 0, load: { kind: 'joins' } };
await join(WARM_UP).then((peers) => peers.forEach((peer) => peer.destroy()));
await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
const start = performance.now();
await join(clients);
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 } satisfies JoinResult));
await lines.next();
process.exit(0);

/** Connects so many clients, some at a time, and resolves when all are in. */
async function join(count: number): Promise<Peer[]> {
  const peers: Peer[] = [];
  let begun = 0;
  const joinSome = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const peer = await connectPeer(link);
      // What the others are told of those who come must be read, but need not be understood.
      peer.deafen();
      peers.push(peer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, joinSome));
  return peers;
}
