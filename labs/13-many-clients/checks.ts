/** What the broadcast of lab 13 must do with readers of every kind; its figures are judged in `figures.ts`. */
import type { Check } from '#judge/check';
import { fail, must, mustBeBytes, mustEqual } from '#judge/failure';
import { counted } from '#protocol/shown';
import type { BroadcastState, Message } from '../runner/broadcast-stand.ts';
import { ROOM } from '../runner/held-socket.ts';
import { FIGURE_CHECKS } from './figures.ts';
import { messageOf, messagesFrom, standOf, streamOf } from './held.ts';
import { LARGE, MOST_MESSAGES, largeMessage, publishTo, slowOf, withReaders } from './readers.ts';

const BROADCAST = 'createBroadcast';
const LOOK = { wire: 'plain', filter: 'dir == s2c and msg.type == "message"' };
/** Bytes: a queue that no check fills by accident. */
const PLENTY = 1 << 20;

export const CHECKS: readonly Check[] = [
  {
    id: 'everyone',
    requires: 'Each message goes to every connection, as one whole frame, in order.',
    why: 'That is a broadcast. Everything else in this lab is about doing it when somebody does not keep up.',
    about: BROADCAST,
    look: LOOK,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, PLENTY);
      const [ana, ben] = [await stand.add(), await stand.add()];
      const first = messagesFrom(random, 5);
      await stand.publish(first);
      await stand.mustHave(ana, first);
      await stand.mustHave(ben, first);
      const late = await stand.add();
      const second = messagesFrom(random, 3);
      await stand.publish(second);
      await stand.mustHave(ana, [...first, ...second]);
      await stand.mustHave(late, second);
      mustEqual((await stand.state()).connections, 3, 'connections in stats()');
    },
  },
  {
    id: 'encoded-once',
    requires: 'A message is encoded once, and all connections are given the same bytes.',
    why: 'Encoded for each of 1,000 clients, it is 1,000 times the work and the memory, for the same bytes.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, PLENTY);
      const all = [];
      for (let i = 0; i < 20; i++) all.push(await stand.add());
      const messages = messagesFrom(random, 10);
      await stand.publish(messages);
      mustEqual(
        (await stand.state()).encoded,
        messages.length,
        'how often encode was called for 10 messages',
      );
      for (const connection of all) {
        const { copies } = await stand.look(connection);
        must(copies === 0, {
          what: 'a connection that keeps up is given a copy of the frame',
          expected: 'the very bytes that encode gave',
          got: counted(copies, 'copy', 'copies'),
        });
      }
    },
  },
  {
    id: 'stops-when-full',
    requires: 'After a write that returned false, nothing is written to that socket until it drains.',
    why: 'false means that bytes pile up in the memory of the server; a socket takes more all the same.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, PLENTY);
      const ana = await stand.add();
      await stand.hold(ana);
      const messages = messagesFrom(random, 40);
      await stand.publish(messages);
      await stand.mustKeepStill(ana);
      const { written } = await stand.look(ana);
      const { waiting } = await stand.state();
      mustEqual(waiting, streamOf(messages).length - written.length, 'the waiting bytes in stats()');
    },
  },
  {
    id: 'others-go-on',
    requires: 'While one connection is full, all others get each message at once.',
    why: 'If the server waits for the slowest, anyone can stop the chat for everyone by not reading.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      for (const which of [0, 1, 2]) {
        const stand = await standOf(tools, PLENTY);
        const connections = [await stand.add(), await stand.add(), await stand.add()];
        const slow = connections[which] as number;
        await stand.hold(slow);
        const messages = messagesFrom(random, 40);
        await stand.publish(messages);
        must((await stand.look(slow)).isFull, {
          what: 'the slow connection was not given anything until it was full',
        });
        for (const each of connections) if (each !== slow) await stand.mustHave(each, messages);
      }
    },
  },
  {
    id: 'goes-on-after-drain',
    requires: 'When the socket drains, the waiting frames are written in order, until it is full again.',
    why: 'A reader that was slow for a moment, on a train in a tunnel, must not notice anything but the delay.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, PLENTY);
      const ana = await stand.add();
      await stand.hold(ana);
      const messages = messagesFrom(random, 60);
      await stand.publish(messages);
      for (let turn = 0; turn < messages.length; turn++) {
        await stand.letOut(ana);
        await stand.mustKeepStill(ana);
        if ((await stand.state()).waiting === 0) break;
      }
      await stand.release(ana);
      await stand.mustHave(ana, messages);
      mustEqual((await stand.state()).waiting, 0, 'the waiting bytes in stats() when all is written');
    },
  },
  {
    id: 'newer-wait-behind',
    requires: 'What is published while older frames wait is written after them.',
    why: 'A chat in which answers come before their questions is worse than a late one.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, PLENTY);
      const ana = await stand.add();
      await stand.hold(ana);
      const all: Message[] = [];
      for (let turn = 0; turn < 12; turn++) {
        const messages = messagesFrom(random, random.between(2, 6), all.length);
        all.push(...messages);
        await stand.publish(messages);
        if (turn % 2 === 1) await stand.letOut(ana);
      }
      await stand.mustKeepStill(ana);
      await stand.release(ana);
      all.push(...messagesFrom(random, 3, all.length));
      await stand.publish(all.slice(-3));
      await stand.mustHave(ana, all);
    },
  },
  {
    id: 'cap-in-bytes',
    requires: 'The queue of a connection holds up to limit bytes, however many frames that is.',
    why: 'Memory is counted in bytes: 100 messages can be 5 kB or 6 MB.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      for (const [count, letters] of [
        [100, 10],
        [4, 3_000],
      ] as const) {
        const waiting = Array.from({ length: count }, (_, i) => messageOf(i + 1, random.word(letters)));
        const bytes = streamOf(waiting).length;
        const stand = await standOf(tools, bytes);
        const [ana, ben] = [await stand.add(), await stand.add()];
        for (const each of [ana, ben]) await stand.hold(each);
        await stand.publish([messageOf(0, random.word(ROOM)), ...waiting]);
        const input = `a limit of ${bytes} bytes, and ${counted(count, 'frame')} with as many that wait for each of two`;
        for (const each of [ana, ben])
          must(!(await stand.look(each)).isDestroyed, {
            what: 'a connection was dropped although its queue was not above the limit',
            input,
          });
        mustEqual((await stand.state()).waiting, 2 * bytes, 'the waiting bytes of two connections');
        await stand.release(ben);
        await stand.publish([messageOf(count + 1, '')]);
        must((await stand.look(ana)).isDestroyed, {
          what: 'a connection was not dropped although its queue was full',
          expected: 'the socket is destroyed',
          input: `${input}; then another frame for the one that is still full`,
        });
      }
    },
  },
  {
    id: 'dropped-alone',
    requires: 'A connection that is dropped gets nothing more, takes no memory, and nobody else notices.',
    why: 'To leave out some frames and to go on would be worse: the client could not know what it has missed.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, 5_000);
      const [ana, slow, ben] = [await stand.add(), await stand.add(), await stand.add()];
      await stand.hold(slow);
      const messages = messagesFrom(random, 100);
      await stand.publish(messages);
      const { written, isDestroyed } = await stand.look(slow);
      must(isDestroyed, { what: 'a slow connection was not dropped', expected: 'the socket is destroyed' });
      mustBeBytes(written, streamOf(messages).subarray(0, written.length), {
        what: 'what it had got before',
      });
      const { connections, waiting } = await stand.state();
      mustEqual(connections, 2, 'connections in stats() after one was dropped');
      mustEqual(waiting, 0, 'the waiting bytes in stats() after the only slow one was dropped');
      const more = messagesFrom(random, 3, messages.length);
      await stand.publish(more);
      await stand.mustHave(ana, [...messages, ...more]);
      await stand.mustHave(ben, [...messages, ...more]);
      mustEqual((await stand.look(slow)).written.length, written.length, 'bytes written to the dropped one');
    },
  },
  {
    id: 'gone-is-forgotten',
    requires: 'A connection that closes is forgotten, with everything that waited for it.',
    why: 'People come and go all day: a server that keeps something of each grows until it ends.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, PLENTY);
      const [ana, ben] = [await stand.add(), await stand.add()];
      for (const isSlow of [false, true]) {
        const guest = await stand.add();
        if (isSlow) await stand.hold(guest);
        const messages = messagesFrom(random, 30);
        await stand.publish(messages);
        await stand.close(guest);
        const { connections, waiting } = await stand.state();
        mustEqual(connections, 2, 'connections in stats() after one of three has closed');
        mustEqual(waiting, 0, 'the waiting bytes in stats() after the slow one has closed');
      }
      const { written } = await stand.look(ana);
      mustBeBytes((await stand.look(ben)).written, written, { what: 'what one of the others got' });
    },
  },
  {
    id: 'one-listener',
    requires: 'However often a socket is full and drains, it has at most one listener for drain.',
    why: 'Listeners that are added each time stay: memory grows, and each drain is handled many times.',
    about: BROADCAST,
    run: async ({ tools, random }) => {
      const stand = await standOf(tools, PLENTY);
      const ana = await stand.add();
      const all: Message[] = [];
      for (let turn = 0; turn < 30; turn++) {
        await stand.hold(ana);
        all.push(...messagesFrom(random, 15, all.length));
        await stand.publish(all.slice(-15));
        const { drainListeners } = await stand.look(ana);
        must(drainListeners <= 1, {
          what: 'a socket has too many listeners for drain',
          expected: 'one, or none while it is not full',
          got: `${drainListeners} after it was full ${counted(turn + 1, 'time')}`,
        });
        await stand.release(ana);
      }
      await stand.mustHave(ana, all);
    },
  },
  {
    id: 'real-slow-reader',
    requires:
      'A client that never reads is dropped when its queue is full; meanwhile all others get every message.',
    why: 'The systems at both ends take some megabytes before a socket says that it is full; then your queue counts.',
    about: BROADCAST,
    look: LOOK,
    run: withReaders(async (scene, random) => {
      for (let number = 0; number < MOST_MESSAGES; number++) {
        await publishTo(scene, largeMessage(random, number));
        const { isOpen } = await slowOf(scene);
        if (!isOpen) return;
      }
      fail({
        what: 'a client that never reads is still served',
        got: `${counted(MOST_MESSAGES, 'message')} of ${LARGE} bytes were published`,
      });
    }),
  },
  {
    id: 'real-late-reader',
    requires: 'A client that did not read for a while and then reads gets everything, in order.',
    why: 'That is what the queue is for: only somebody who stays too slow for too long is given up.',
    about: BROADCAST,
    run: withReaders(async (scene, random) => {
      const { stand, readers, slow } = scene;
      let number = 0;
      for (let waited = 0; waited < 4; number++) {
        must(number < MOST_MESSAGES, 'no bytes wait in a queue, although one client does not read');
        await publishTo(scene, largeMessage(random, number));
        const { isOpen } = await slowOf(scene);
        must(isOpen, 'a slow client was dropped although its queue was not above the limit');
        if (((await stand.call('state')) as BroadcastState).waiting > 0) waited += 1;
      }
      slow.read();
      await publishTo({ ...scene, readers: [...readers, slow] }, largeMessage(random, number));
    }),
  },
  ...FIGURE_CHECKS,
];
