/** Pages that ask and never read: each is cut off at the cap that readers on the wires have, whatever it asks for. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES } from '#protocol/messages';
import { start, useWeb } from '../support/servers/http.ts';

useWeb();

/** Bytes of answers: more than the server and all kernels in between hold together. */
const MOST_BYTES = 8 * LIMITS.sendQueue;
const AT_ONCE = 500;

const SAY = JSON.stringify({ type: 'say', id: 'x'.repeat(LIMITS.ref), text: 'x', wires: WIRE_NAMES });

it.each<{ what: string; ask: (socket: WebSocket) => void; answer: number }>([
  // Without a wire to say it on, each of the four fails at once.
  { what: 'says something', ask: (socket) => socket.send(SAY), answer: 4 * 150 },
  { what: 'pings', ask: (socket) => socket.ping('x'.repeat(125)), answer: 127 },
])(
  'a page that $what and does not read is cut off',
  async ({ ask, answer }) => {
    const web = await start({ wires: [] });
    const socket = new WebSocket(`ws://127.0.0.1:${web.address.port}/ws/chat`);
    socket.on('error', () => undefined);
    await once(socket, 'open');
    socket.send('{"type":"hello"}');
    socket.pause();
    let asked = 0;
    while (socket.readyState === WebSocket.OPEN && asked * answer < MOST_BYTES) {
      for (let more = 0; more < AT_ONCE; more++) ask(socket);
      asked += AT_ONCE;
      while (socket.bufferedAmount > 0 && socket.readyState === WebSocket.OPEN)
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(asked * answer).toBeLessThan(MOST_BYTES);
    socket.terminate();
  },
  60_000,
);
