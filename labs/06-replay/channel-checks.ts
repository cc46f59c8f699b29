/** What the server's end of the psk channel must do, tried by the real client and by strangers. */
import type { Bench, Check } from '#judge/check';
import { must, mustBeBytes, mustEqual } from '#judge/failure';
import { type PieceObject, PieceThrew, mustHaveMethods } from '#judge/piece';
import { mustThrow } from '#judge/refusals';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { type Suite, suiteByName } from '#channel/psk/suites';
import { concat, utf8 } from '#protocol/bytes';
import {
  CHANNEL,
  type Dialogue,
  bytewise,
  clientEvents,
  openDialogue,
  sharedKey,
  whole,
} from './dialogue.ts';

const DATA = 0x17;
/** Bytes of header and of what stands before the suites in a client hello. */
const SUITES_AT = RECORD_HEADER_LENGTH + 34;
const NONCES = 40;

export const CHANNEL_CHECKS: readonly Check[] = [
  {
    id: 'handshake',
    requires: 'The real client accepts the server hello, and the channel opens once the client has answered.',
    why: 'Both sides prove that they hold the key before either says anything that matters.',
    about: CHANNEL,
    run: async (bench) => {
      for (const deliver of [undefined, bytewise]) {
        const keys = [sharedKey(bench.random)];
        await (await openDialogue(bench, { keys, ...(deliver && { deliver }) })).open();
      }
    },
  },
  {
    id: 'conversation',
    requires: 'What each side sends arrives at the other, whole and in order, however the bytes are cut.',
    why: 'TCP cuts and glues: a record is whole when its length says so, and at no other time.',
    about: CHANNEL,
    run: async (bench) => {
      for (const deliver of [uneven, bytewise, whole]) {
        const dialogue = await openDialogue(bench, { keys: [sharedKey(bench.random)], deliver });
        await dialogue.open();
        for (const plain of textsOf(bench.random, deliver === bytewise ? [400] : [400, 65_536, 65_537])) {
          const what = `${plain.length} bytes`;
          mustBeBytes(await dialogue.clientSays(plain), plain, { what: `${what} of the client` });
          await dialogue.serverSays(plain);
          mustBeBytes(concat(dialogue.heard.splice(0)), plain, { what: `${what} of the server` });
        }
      }
    },
  },
  {
    id: 'glued-records',
    requires:
      'Records that arrive in one piece are all read, and so is the one whose first bytes came with them.',
    why: 'A client may say ten things before you look once.',
    about: CHANNEL,
    run: async (bench) => {
      const dialogue = await openDialogue(bench, { keys: [sharedKey(bench.random)] });
      await dialogue.open();
      const texts = Array.from({ length: 12 }, (_, i) => utf8(`number ${i}; `));
      const records = texts.map((text) => concat(dialogue.client.send(text)));
      const bytes = concat(records);
      const cut = bytes.length - 5;
      const first = await dialogue.give(bytes.subarray(0, cut));
      mustBeBytes(first, concat(texts.slice(0, -1)), { what: 'the texts of eleven whole records' });
      const last = await dialogue.give(bytes.subarray(cut));
      mustBeBytes(last, texts.at(-1) as Uint8Array, { what: 'the text of the last record' });
    },
  },
  {
    id: 'key-by-id',
    requires: 'The server finds the shared key by the id in the client hello.',
    why: 'To change a key, a server knows the old one and the new one for a while.',
    about: CHANNEL,
    run: async (bench) => {
      const keys = ['old', 'new', 'schlüssel'].map((id) => sharedKey(bench.random, id));
      for (const clientKey of keys) await (await openDialogue(bench, { keys, clientKey })).open();
    },
  },
  {
    id: 'fresh-nonce',
    requires: 'The server’s nonce is different in each connection, also after a restart.',
    why: 'With an old nonce, an old connection can be replayed from its first byte to its last.',
    about: CHANNEL,
    run: async (bench) => {
      const keys = [sharedKey(bench.random)];
      const seen = new Set<string>();
      for (const piece of [bench.piece, await bench.again()]) {
        for (let i = 0; i < NONCES; i++) {
          const dialogue = await openDialogue({ ...bench, piece }, { keys });
          await dialogue.shakeHands();
          seen.add(String(dialogue.written.server[0]?.subarray(13, 45)));
        }
      }
      mustEqual(seen.size, 2 * NONCES, `the count of different nonces in ${2 * NONCES} connections`);
    },
  },
  {
    id: 'proof-first',
    requires:
      'A client that does not hold the key gets no further than the server hello, and nothing is sent to it.',
    why: 'Otherwise anyone could make the server talk, and the confirmation would be decoration.',
    about: CHANNEL,
    run: async (bench) => {
      const keys = [sharedKey(bench.random)];
      const early = await openDialogue(bench, { keys });
      await mustThrow(early.server, {
        method: 'send',
        args: [utf8('secret')],
        what: 'data before the handshake',
      });
      const { server, finished } = await untilFinished(bench, keys);
      await mustThrow(server, {
        method: 'send',
        args: [utf8('secret')],
        what: 'data before the client’s proof',
      });
      const bits = {
        'whose number is not 0': RECORD_HEADER_LENGTH - 1,
        'with the first byte of its proof changed': RECORD_HEADER_LENGTH,
        'with the last byte of its proof changed': finished.length - 1,
      };
      for (const [what, at] of Object.entries(bits)) {
        const other = await untilFinished(bench, keys);
        const changed = Uint8Array.from(other.finished);
        changed[at] = (changed[at] as number) ^ 1;
        await mustRefuse(other.server, changed, `a client finished ${what}`);
      }
      const short = await untilFinished(bench, keys);
      const cut = concat([Uint8Array.of(3, 0, 0, 1), new Uint8Array(8), finished.subarray(12, 13)]);
      await mustRefuse(short.server, cut, 'a client finished with one byte of its proof');
    },
  },
  {
    id: 'replayed-connection-refused',
    requires: 'The bytes of an earlier client, sent again, open no connection.',
    why: 'That is the attack of this lab on a whole connection.',
    about: CHANNEL,
    run: async (bench) => {
      const keys = [sharedKey(bench.random)];
      const first = await (await openDialogue(bench, { keys })).open();
      await first.clientSays(utf8('pay 10 to Eve'));
      const server = await newChannel(bench.piece, keys);
      await mustRefuse(server, concat(first.written.client), 'an earlier connection');
    },
  },
  {
    id: 'strangers-refused',
    requires:
      'A hello with another version, without a suite in common, with an unknown key, or cut is refused.',
    why: 'The first bytes come from anyone at all.',
    about: CHANNEL,
    run: async (bench) => {
      const { random } = bench;
      const key = sharedKey(random);
      const hello = await helloOf(bench, {});
      const hellos: readonly (readonly [string, Uint8Array])[] = [
        ['a hello of version 2', changed(hello, RECORD_HEADER_LENGTH, 2)],
        ['a hello with the number 1', changed(hello, 11, 1)],
        ['a hello without a suite that is spoken here', changed(hello, SUITES_AT, 0x7f)],
        ['a key id that is longer than it says', changed(hello, SUITES_AT + 1, 2)],
        ['a hello without a body', new Uint8Array([1, ...new Uint8Array(11)])],
        ['a record of data before the hello', changed(hello, 0, DATA)],
        ['another suite', await helloOf(bench, { suites: [suiteByName('chacha20-poly1305') as Suite] })],
        ['an unknown key', await helloOf(bench, { clientKey: sharedKey(random, 'other') })],
        ['a header that announces 16 MB', Uint8Array.of(1, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0)],
        ['a header that announces 513 bytes', Uint8Array.of(1, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
      ];
      for (const [what, bytes] of hellos) await mustRefuse(await newChannel(bench.piece, [key]), bytes, what);
    },
  },
  {
    id: 'bad-records-refused',
    requires: 'Once it is open, a record that is replayed, changed, too long or of another type is refused.',
    why: 'The channel is as good as the weakest record that it accepts.',
    about: CHANNEL,
    run: async (bench) => {
      const open = async () => (await openDialogue(bench, { keys: [sharedKey(bench.random)] })).open();
      const attacks: readonly (readonly [string, (dialogue: Dialogue) => Uint8Array])[] = [
        ['a replayed record', ({ written }) => written.client.at(-1) as Uint8Array],
        ['a record of the server’s own', ({ written }) => written.server.at(-1) as Uint8Array],
        ['a changed record', ({ client }) => changed(concat(client.send(utf8('pay 10'))), 14, 0)],
        ['a record with another type', ({ client }) => changed(concat(client.send(utf8('x'))), 0, 0x15)],
        ['a header that announces 65,553 bytes', () => Uint8Array.of(DATA, 1, 0, 17, 0, 0, 0, 0, 0, 0, 0, 1)],
      ];
      for (const [what, attack] of attacks) {
        const dialogue = await open();
        await dialogue.clientSays(utf8('first'));
        await dialogue.serverSays(utf8('first'));
        await mustRefuse(dialogue.server, attack(dialogue), what);
      }
    },
  },
  {
    id: 'goodbye',
    requires:
      'close() seals an alert with its code; an alert of the client gives closed, and nothing comes after it.',
    why: 'Without a sealed goodbye, Mallory can cut a conversation and nobody notices that the end is missing.',
    about: CHANNEL,
    run: async (bench) => {
      const open = async () => (await openDialogue(bench, { keys: [sharedKey(bench.random)] })).open();
      for (const [code, name] of [
        [undefined, 'done'],
        [0x0c, 'bad_record_mac'],
      ] as const) {
        const dialogue = await open();
        await dialogue.serverSays(utf8('last words'));
        await dialogue.closeServer(code);
        mustEqual(dialogue.clientClosed, name, `what the client is told by close(${code ?? ''})`);
        const args = [utf8('more')];
        await mustThrow(dialogue.server, { method: 'send', args, what: 'data after close()' });
      }
      const dialogue = await open();
      const after = concat([
        ...dialogue.client.send(utf8('bye')),
        dialogue.client.close('done'),
        new Uint8Array(20),
      ]);
      mustBeBytes(await dialogue.give(after), utf8('bye'), { what: 'what came before the alert' });
      mustEqual(dialogue.kinds.at(-1), 'closed', 'the last event');
    },
  },
];

/** Nothing, one byte, what looks like a record, and random bytes of these sizes. */
function textsOf(random: Bench['random'], sizes: readonly number[]): Uint8Array[] {
  const record = Uint8Array.of(DATA, 0, 0, 16, ...new Uint8Array(24));
  return [new Uint8Array(0), random.bytes(1), record, ...sizes.map((size) => random.bytes(size))];
}

/** Pieces of 1, 2, 4 … bytes. */
function uneven(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, size = 1; at < bytes.length; at += size, size = Math.min(size * 2, 5_000))
    pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = copy[at] === value ? value + 1 : value;
  return copy;
}

type Parts = Pick<Bench, 'piece' | 'random'>;
type Keys = Parameters<typeof openDialogue>[1]['keys'];
type ClientOptions = Omit<Parameters<typeof openDialogue>[1], 'keys'>;

async function newChannel(piece: PieceObject, keys: Keys): Promise<PieceObject> {
  const server = await piece.call(CHANNEL, keys);
  mustHaveMethods(server, ['push', 'next', 'send', 'close'], `${CHANNEL}(sharedKeys)`);
  return server;
}

/** The client hello of a real client. */
async function helloOf(bench: Parts, options: ClientOptions): Promise<Uint8Array> {
  const { client } = await openDialogue(bench, { keys: [sharedKey(bench.random)], ...options });
  return concat(client.start().flatMap((event) => (event.kind === 'write' ? [event.bytes] : [])));
}

/** A server channel that has answered a hello, and the client finished that it waits for. */
async function untilFinished(
  bench: Parts,
  keys: Keys,
): Promise<{ readonly server: PieceObject; readonly finished: Uint8Array }> {
  const { client, server } = await openDialogue(bench, { keys });
  for (const event of client.start()) if (event.kind === 'write') await server.call('push', event.bytes);
  const answers = (await server.drain('next', 10)) as readonly { readonly bytes?: unknown }[];
  const [answer] = answers;
  must(answer?.bytes instanceof Uint8Array, 'next() gave no server hello');
  const [event] = clientEvents(client, answer.bytes);
  must(event?.kind === 'write', 'the real client did not answer the server hello');
  return { server, finished: event.bytes };
}

/** Throws unless `push` or `next` throws before the bytes have opened the channel or given anything that is plain. */
async function mustRefuse(server: PieceObject, bytes: Uint8Array, what: string): Promise<void> {
  let events: readonly unknown[];
  try {
    await server.call('push', bytes);
    events = await server.drain('next', 1_000);
  } catch (error) {
    if (!(error instanceof PieceThrew)) throw error;
    events = error.before;
    if (events.every((event) => kindOf(event) === 'write')) return;
  }
  must(false, {
    what: `${what} was not refused`,
    expected: 'next() throws an error',
    got: events.map(kindOf).join(', ') || 'next() gave undefined, and waits for more bytes',
  });
}

function kindOf(event: unknown): string {
  return String((event as { readonly kind?: unknown } | undefined)?.kind);
}
