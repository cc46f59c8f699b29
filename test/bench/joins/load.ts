/**
 * Clients that join, in a process of its own: connects them, some at a time, and prints how long it took until the last
 * one was in as a line of JSON. They stay connected until standard input ends.
 */
import { createInterface } from 'node:readline';
import { type JoinOrder, type JoinResult, type LoadOrder } from '../contract.ts';
import { connectPeer } from '../peers.ts';

/** Connections that are being opened at the same time: a class that presses Enter, not one student after the other. */
const AT_ONCE = 64;

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const order = JSON.parse(String((await lines.next()).value)) as JoinOrder;
const { clients } = order;
const link: LoadOrder = { ...order, seconds: 0, load: { kind: 'joins' } };
let begun = 0;
const start = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, joinSome));
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 } satisfies JoinResult));
await lines.next();
process.exit(0);

async function joinSome(): Promise<void> {
  while (begun < clients) {
    begun += 1;
    const peer = await connectPeer(link);
    // What the others are told of those who come must be read, but need not be understood.
    peer.deafen();
  }
}
