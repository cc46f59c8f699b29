/** What the chat of lab 02 must do, asked as clients ask: over TCP. */
import type { Bench, Check } from '#judge/check';
import { describe, fail, must, mustEqual } from '#judge/failure';
import { PieceObject, PieceThrew } from '#judge/piece';
import type { Thrown } from '#judge/values';
import { LIMITS } from '#protocol/limits';
import { DEFAULT_ROOM, PROTOCOL_VERSION, type Server } from '#protocol/messages';
import { type ChatPeer, ChatPeers } from '../runner/chat-peer.ts';

const ABOUT = 'createChat';

export const CHECKS: readonly Check[] = [
  {
    id: 'welcome',
    requires: 'Every new connection is greeted with a welcome, before it has said anything.',
    why: 'The welcome is the first frame of the protocol: a client waits for it and reads its name and room from it.',
    about: ABOUT,
    look: { wire: 'plain', filter: 'msg.type == "welcome"' },
    run: withChat(async ({ dial }) => {
      const { welcome } = await dial();
      mustEqual(welcome.protocol, PROTOCOL_VERSION, 'protocol in the welcome');
      mustEqual(welcome.wire, 'plain', 'wire in the welcome');
      mustEqual(welcome.room, DEFAULT_ROOM, 'room in the welcome');
      must(welcome.name.length > 0, 'the welcome offers no name');
    }),
  },
  {
    id: 'ping',
    requires: 'A ping is answered with a pong that repeats its ref.',
    why: 'A client that hears nothing asks whether anyone is there, and it matches the answer by the ref.',
    about: ABOUT,
    run: withChat(async ({ dial }, random) => {
      const { peer } = await dial();
      const ref = random.word(6);
      peer.send({ type: 'ping', ref });
      mustEqual((await peer.next('pong', 'after a ping')).ref, ref, 'ref in the pong');
    }),
  },
  {
    id: 'join',
    requires: 'A join is answered with joined: the name, the room, who is there and how many.',
    why: 'Only a client that has joined has a name that others see; until then it is nobody.',
    about: ABOUT,
    run: withChat(async ({ join }, random) => {
      const [first, second] = [random.word(8), random.word(9)];
      const ana = await join(first);
      mustEqual(ana.joined.name, first, 'name in joined');
      mustEqual(ana.joined.room, DEFAULT_ROOM, 'room in joined');
      mustEqual(ana.joined.count, 1, 'count in joined, for the first member');
      const bob = await join(second);
      mustEqual(bob.joined.count, 2, 'count in joined, for the second member');
      mustEqual([...bob.joined.members].sort().join(), [first, second].sort().join(), 'members in joined');
    }),
  },
  {
    id: 'guest-names',
    requires: 'A client that joins without a name gets the name of its welcome, and no two get the same.',
    why: 'Someone who only wants to look should not have to invent a name, and nobody may be mistaken for another.',
    about: ABOUT,
    run: withChat(async ({ dial }) => {
      const names = new Set<string>();
      for (let i = 0; i < 5; i++) {
        const { peer, welcome } = await dial();
        peer.send({ type: 'join' });
        const joined = await peer.next('joined', 'after a join without a name');
        mustEqual(joined.name, welcome.name, 'the name of a guest');
        must(!names.has(joined.name.toLowerCase()), `two guests have the name ${joined.name}`);
        names.add(joined.name.toLowerCase());
      }
    }),
  },
  {
    id: 'unique-names',
    requires:
      'A name that a member has is refused with name_taken, in whatever case it is written; another one works.',
    why: 'Ana and ANA look the same at a glance: anyone who can take the other spelling can speak for her.',
    about: ABOUT,
    run: withChat(async ({ dial, join }, random) => {
      const name = random.word(7);
      await join(name);
      for (const same of [name, name.toUpperCase(), name.slice(0, 1).toUpperCase() + name.slice(1)]) {
        const { peer } = await dial();
        peer.send({ type: 'join', name: same });
        const error = await peer.next('error', `after a join as ${same}, with ${name} in the room`);
        mustEqual(error.code, 'name_taken', 'code of the error');
        mustEqual(error.fatal, false, 'fatal in the error: the client may try another name');
        peer.send({ type: 'join', name: `${same}2` });
        mustEqual((await peer.next('joined', 'after a second try')).name, `${same}2`, 'name in joined');
        await peer.leave();
      }
    }),
  },
  {
    id: 'odd-names',
    requires: 'Names that mean something to JavaScript, such as __proto__, are names like any other.',
    why: 'Names come from strangers: kept as properties of an object, some of them change the object instead.',
    about: ABOUT,
    run: withChat(async ({ join }) => {
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
        mustEqual((await join(name)).joined.name, name, 'name in joined');
    }),
  },
  {
    id: 'broadcast',
    requires:
      'What a member says reaches every other member, with the name of the author, and not the author.',
    why: 'That is a chat. The author has an acknowledgement instead, so that nothing is shown twice.',
    about: ABOUT,
    look: { wire: 'plain', filter: 'msg.type == "message"' },
    run: withChat(async ({ join }, random) => {
      const [ana, bob, eve] = [await join('ana'), await join('bob'), await join('eve')];
      await Promise.all([ana, bob, eve].map(({ peer }) => peer.all()));
      for (let i = 0; i < 3; i++) {
        const text = `${random.word(5)} ${random.word(4)} ü€ ${i}`;
        ana.peer.send({ type: 'say', text });
        for (const { peer } of [bob, eve]) {
          const message = await peer.next('message', 'after a member said something');
          mustEqual(message.text, text, 'text of the message');
          mustEqual(message.from, 'ana', 'from in the message');
          mustEqual(message.room, DEFAULT_ROOM, 'room of the message');
        }
      }
      const echoes = (await ana.peer.all()).filter(({ type }) => type === 'message');
      must(echoes.length === 0, 'the author gets a message back; only the others must');
    }),
  },
  {
    id: 'acknowledged',
    requires:
      'The author gets an ack with the ref and the id of the message; ids rise from message to message.',
    why: 'Without it nobody knows whether a message arrived before the connection was lost.',
    about: ABOUT,
    run: withChat(async ({ join }, random) => {
      const [ana, bob] = [await join('ana'), await join('bob')];
      await ana.peer.all();
      let last = -1;
      for (let i = 0; i < 4; i++) {
        const ref = random.word(5);
        ana.peer.send({ type: 'say', text: `number ${i}`, ref });
        const ack = await ana.peer.next('ack', 'after a say');
        mustEqual(ack.ref, ref, 'ref in the ack');
        const message = await bob.peer.next('message', 'after a say');
        mustEqual(message.id, ack.id, 'id of the message, compared with the one in the ack');
        must(ack.id > last, { what: 'ids must rise', expected: `more than ${last}`, got: String(ack.id) });
        last = ack.id;
      }
    }),
  },
  {
    id: 'outsiders',
    requires: 'A client that has not joined hears nothing, and is refused with not_joined when it speaks.',
    why: 'A connection alone must not be enough to listen or to speak.',
    about: ABOUT,
    run: withChat(async ({ dial, join }) => {
      const [ana, bob] = [await join('ana'), await join('bob')];
      const outsider = await dial();
      await Promise.all([ana, bob].map(({ peer }) => peer.all()));
      outsider.peer.send({ type: 'say', text: 'hello?' });
      const error = await outsider.peer.next('error', 'after a say before the join');
      mustEqual(error.code, 'not_joined', 'code of the error');
      mustEqual(error.fatal, false, 'fatal in the error: the client may join now');
      await bob.peer.nothing('when an outsider spoke');
      ana.peer.send({ type: 'say', text: 'among ourselves' });
      await bob.peer.next('message', 'after a say');
      await outsider.peer.nothing('to a client that has not joined');
    }),
  },
  {
    id: 'coming-and-going',
    requires:
      'The other members are told who joined and who left, and those who never joined leave without a word.',
    why: 'A conversation needs to know who listens.',
    about: ABOUT,
    look: { wire: 'plain', filter: 'msg.type == "member_joined"' },
    run: withChat(async ({ dial, join }) => {
      const ana = await join('ana');
      const bob = await join('bob');
      mustEqual(
        (await ana.peer.next('member_joined', 'after bob joined')).name,
        'bob',
        'name in member_joined',
      );
      await bob.peer.nothing('to the member that has just joined');
      const outsider = await dial();
      await outsider.peer.leave();
      await ana.peer.nothing('when a client left that had never joined');
      await bob.peer.leave();
      mustEqual((await ana.peer.next('member_left', 'after bob left')).name, 'bob', 'name in member_left');
    }),
  },
  {
    id: 'name-free-again',
    requires: 'When a member leaves, its name is free, and nothing is sent to it any more.',
    why: 'A server that remembers those who left grows for ever, and in the end refuses everyone.',
    about: ABOUT,
    run: withChat(async ({ join }) => {
      const ana = await join('ana');
      for (let i = 0; i < 3; i++) {
        const bob = await join('bob');
        mustEqual(bob.joined.count, 2, 'count in joined, after an earlier bob has left');
        await ana.peer.next('member_joined', 'after bob joined');
        await bob.peer.leave();
        await ana.peer.next('member_left', 'after bob left');
      }
    }),
  },
  {
    id: 'one-join',
    requires:
      'A second join of the same connection is answered with its name and does not make a second member.',
    why: 'A client that is unsure joins again; one person must not count twice.',
    about: ABOUT,
    run: withChat(async ({ join }) => {
      const [ana, bob] = [await join('ana'), await join('bob')];
      await ana.peer.all();
      bob.peer.send({ type: 'join', name: 'robert' });
      const again = await bob.peer.next('joined', 'after a second join');
      mustEqual(again.name, 'bob', 'name in the second joined');
      mustEqual(again.count, 2, 'count in the second joined');
      await ana.peer.nothing('when a member joined again');
    }),
  },
  {
    id: 'bad-input',
    requires:
      'What is not a message is answered with an error and the connection is closed; the others go on.',
    why: 'Anything at all may come over a socket, and one stranger must not bring the server down for everyone.',
    about: ABOUT,
    run: withChat(async ({ dial, join }) => {
      const [ana, bob] = [await join('ana'), await join('bob')];
      await ana.peer.all();
      for (const [text, code] of BAD_INPUT) {
        const { peer } = await dial();
        peer.sendText(text);
        const error = await peer.next('error', `after ${describe(text)}`);
        mustEqual(error.code, code, `code of the error after ${describe(text)}`);
        mustEqual(error.fatal, true, 'fatal in the error');
        await peer.closed(`after ${describe(text)}`);
      }
      ana.peer.send({ type: 'say', text: 'still here' });
      mustEqual((await bob.peer.next('message', 'after others sent garbage')).text, 'still here', 'the text');
    }),
  },
  {
    id: 'long-text',
    requires: `A text of more than ${LIMITS.text.toLocaleString('en')} characters is refused with bad_message, one of exactly so many is not.`,
    why: 'Every growing thing needs a cap: one message must not fill the memory of everyone in the room.',
    about: ABOUT,
    run: withChat(async ({ join }) => {
      const [ana, bob] = [await join('ana'), await join('bob')];
      await ana.peer.all();
      ana.peer.send({ type: 'say', text: 'x'.repeat(LIMITS.text) });
      await ana.peer.next('ack', 'after a text of the greatest length');
      await bob.peer.next('message', 'after a text of the greatest length');
      ana.peer.send({ type: 'say', text: 'x'.repeat(LIMITS.text + 1) });
      mustEqual(
        (await ana.peer.next('error', 'after a longer text')).code,
        'bad_message',
        'code of the error',
      );
      const heard = (await bob.peer.all()).filter(({ type }) => type === 'message');
      must(heard.length === 0, 'the longer text was delivered all the same');
    }),
  },
];

/** Texts that are no message of a client, with the code that the real server answers with. */
const BAD_INPUT = [
  [' ', 'bad_json'],
  ['{"type":"say","text":', 'bad_json'],
  ['hello', 'bad_json'],
  ['null', 'bad_message'],
  ['[1,2,3]', 'bad_message'],
  ['"say"', 'bad_message'],
  ['{}', 'bad_message'],
  ['{"type":7}', 'bad_message'],
  ['{"type":"shout","text":"x"}', 'unknown_type'],
  ['{"type":"constructor"}', 'unknown_type'],
  ['{"type":"say"}', 'bad_message'],
  ['{"type":"say","text":42}', 'bad_message'],
  ['{"type":"say","text":""}', 'bad_message'],
  ['{"type":"join","name":{"a":1}}', 'bad_message'],
  ['{"type":"join","name":""}', 'bad_message'],
  [`{"type":"join","name":"${'x'.repeat(LIMITS.name + 1)}"}`, 'bad_message'],
] as const;

interface Dialled {
  readonly peer: ChatPeer;
  readonly welcome: Server<'welcome'>;
}

interface Room {
  /** A new connection, with its welcome. */
  readonly dial: () => Promise<Dialled>;
  /** One that has joined under this name. */
  readonly join: (name: string) => Promise<Dialled & { readonly joined: Server<'joined'> }>;
}

/** Runs a check with a new chat behind a port, and with everything closed afterwards. */
function withChat(run: (room: Room, random: Bench['random']) => Promise<void>): Check['run'] {
  return async ({ tools, random }) => {
    const chat = await tools.call('serveChat');
    if (!(chat instanceof PieceObject)) return fail('the chat could not be served');
    const peers = new ChatPeers(chat);
    const dial = async (): Promise<Dialled> => {
      const peer = await peers.dial();
      return { peer, welcome: await peer.next('welcome', 'after connecting') };
    };
    const join = async (name: string) => {
      const dialled = await dial();
      dialled.peer.send({ type: 'join', name });
      return { ...dialled, joined: await dialled.peer.next('joined', `after a join as ${name}`) };
    };
    try {
      await run({ dial, join }, random);
      await mustBeFaultless(chat);
    } catch (error) {
      // What the chat threw explains what its client saw.
      await mustBeFaultless(chat);
      throw error;
    } finally {
      await peers.close();
      await chat.call('close');
    }
  };
}

async function mustBeFaultless(chat: PieceObject): Promise<void> {
  const [first] = (await chat.call('faults')) as Thrown[];
  if (first) throw new PieceThrew('the chat', first);
}
