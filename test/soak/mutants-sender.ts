/**
 * Sends damaged frames on one wire, in a process of its own so that whoever looks at the server meanwhile is not held
 * up by it. Arguments: the port, and how many connections. Tells its parent how many frames it has sent.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { mutatedBytes, mutation } from '../fuzz/mutations.ts';
import { CLIENT_EXAMPLES } from '../support/chat/message-examples.ts';
import { utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';

const AT_ONCE = 8;
/** Of one connection: what a server takes of it is up to the first that it refuses. */
const FRAMES = 18;

const [port, connections] = process.argv.slice(2).map(Number) as [number, number];
const FRAMES_WHOLE = Object.entries(CLIENT_EXAMPLES).flatMap(([type, { least, most }]) =>
  [least, most].map((fields) => encodeFrame(utf8(JSON.stringify({ type, ...fields })))),
);
let left = connections;
let sent = 0;

await Promise.all(Array.from({ length: AT_ONCE }, sender));
process.send?.(sent, () => process.exit(0));

async function sender(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await visit();
  }
}

/** Every other frame is damaged, so that some connections come a long way before one is refused. */
async function visit(): Promise<void> {
  const socket = connect(port, '127.0.0.1').resume();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect').catch(() => undefined), closed]);
  const damages = fc.sample(mutation, FRAMES);
  for (const [at, damage] of damages.entries()) {
    if (!socket.writable) break;
    const frame = FRAMES_WHOLE[damage.to % FRAMES_WHOLE.length] as Uint8Array;
    socket.write(at % 2 === 0 ? frame : mutatedBytes(frame, damage));
    sent += 1;
    await new Promise(setImmediate);
  }
  socket.destroy();
  await closed;
}
