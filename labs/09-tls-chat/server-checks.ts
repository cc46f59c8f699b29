/** What the whole server of lab 09 must do, with all three wires at once. */
import { connect } from 'node:net';
import type { Check } from '#judge/check';
import { must, mustEqual } from '#judge/failure';
import { mustHaveMethods } from '#judge/piece';
import { utf8 } from '#protocol/bytes';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { parseServerMessage } from '#protocol/messages';
import { NAME, identities } from '../10-mallory/world.ts';
import type { Peer } from './peers.ts';
import {
  CLIENT_HELLO_BEGINNING,
  mustNotOccur,
  mustRefuseOldVersions,
  mustShrugOff,
  named,
} from './scenes.ts';
import { type Ports, startWhole, withServer } from './stage.ts';

const SERVER = 'startServer';

export const SERVER_CHECKS: readonly Check[] = [
  {
    id: 'three-wires',
    requires: 'Your server lets members on plain, psk and tls talk in one room; on psk nothing can be read.',
    why: 'One core for all three: if each listener had its own, nobody would see the others.',
    about: SERVER,
    look: { wire: 'psk', filter: 'msg.type == "message"' },
    run: withServer(async (stage) => {
      const { port, recorder } = await stage.recorder('psk');
      const ana = await stage.member('psk', 'ana', port);
      const [bob, eve] = [await stage.member('tls', 'bob'), await stage.member('plain', 'eve')];
      for (const [wire, { welcome }] of Object.entries({ psk: ana, tls: bob, plain: eve }))
        mustEqual(welcome.wire, wire, 'wire in the welcome');
      mustEqual([...eve.welcome.members].sort().join(), 'ana,bob', 'members in the welcome on plain');
      const people = { psk: ana.peer, tls: bob.peer, plain: eve.peer };
      for (const [from, author] of Object.entries(people))
        for (const [to, other] of Object.entries(people))
          if (author !== other) await stage.mustTalk(author, other, `from ${from} to ${to}`);
      mustNotOccur(recorder.bytes, utf8('"type"'), 'on the psk port');
      ana.peer.leave();
      await eve.peer.next('member_left', 'after the member on psk has left', named('ana'));
    }),
  },
  {
    id: 'your-own-client',
    requires: 'Your client joins the room of your server and hears what is said there.',
    why: 'Both ends of the wire are your own code now.',
    about: SERVER,
    run: async (bench) => {
      const { ca } = await identities();
      await withServer(async (stage) => {
        const eve = await stage.member('plain', 'eve');
        const inbox = new FrameDecoder();
        const heard: string[] = [];
        const connection = await bench.piece.call(
          'connectTls',
          { port: await stage.port('tls'), name: NAME, ca },
          (bytes: unknown) => {
            if (bytes instanceof Uint8Array) inbox.push(bytes);
            for (let payload = inbox.next(); payload; payload = inbox.next())
              heard.push(parseServerMessage(payload).type);
          },
        );
        mustHaveMethods(connection, ['write', 'close'], 'connectTls');
        await connection.call('write', encodeFrame(utf8('{"type":"join","name":"ana"}')));
        await eve.peer.next('member_joined', 'after your client has sent a join', named('ana'));
        eve.peer.send({ type: 'say', text: 'hello ana' });
        await stage.patience.until(
          () => heard.includes('message'),
          () => ({
            what: 'your client does not hear what is said in the room',
            expected: 'welcome, joined, message',
            got: heard.join(', ') || 'nothing',
          }),
        );
        await connection.call('close');
        await eve.peer.next('member_left', 'after your client has closed', named('ana'));
      })(bench);
    },
  },
  {
    id: 'stands-firm',
    requires:
      'Garbage on any port of your server, clients of old versions and such that break off leave the others alone.',
    why: 'Three open ports are three doors, and one process is behind all of them.',
    about: SERVER,
    run: withServer(async (stage) => {
      const [ana, bob] = [await stage.member('plain', 'ana'), await stage.member('tls', 'bob')];
      for (const wire of ['psk', 'tls', 'plain'] as const) await mustShrugOff(stage, wire);
      await mustRefuseOldVersions(stage);
      await stage.mustTalk(ana.peer, bob.peer, 'after garbage on every port');
      await stage.member('psk', 'eve');
    }),
  },
  {
    id: 'this-machine-only',
    requires: 'Your server listens on 127.0.0.1, and on no other address.',
    why: 'Without an address, a server listens on all of them, and everyone in the same network reaches your plain port.',
    about: SERVER,
    run: withServer(async (stage) => {
      for (const wire of ['plain', 'psk', 'tls'] as const) {
        const port = await stage.port(wire);
        const isOpen = await answers(port, '127.0.0.2');
        must(!isOpen, `the ${wire} port is open on other addresses than 127.0.0.1`);
      }
    }),
  },
  {
    id: 'close-ends-all',
    requires: 'close() ends every connection and frees the ports; a new server can have the same ones.',
    why: 'A server that cannot be stopped is killed in the end, and then nobody hears a goodbye.',
    about: SERVER,
    run: async (bench) => {
      let ports: Ports | undefined;
      await withServer(async (stage, server) => {
        ({ ports } = server);
        const wires = ['plain', 'psk', 'tls'] as const;
        const people: Peer[] = [];
        for (const wire of wires) people.push((await stage.member(wire, `${wire}-member`)).peer);
        const silent = await stage.socket('tls');
        silent.write(CLIENT_HELLO_BEGINNING);
        await server.close();
        for (const [i, peer] of people.entries()) await peer.ended(`on ${wires[i] ?? ''} after close()`);
        for (const wire of wires)
          must(
            !(await answers(server.ports[wire])),
            `something still listens on the ${wire} port after close()`,
          );
      })(bench);
      const again = await startWhole(bench, ports);
      try {
        for (const [wire, port] of Object.entries(ports ?? {}))
          mustEqual(again.ports[wire as keyof Ports], port, `the ${wire} port that was asked for`);
      } finally {
        await again.close();
      }
    },
  },
];

/** Where nothing answers for so many milliseconds, nothing listens: not every system refuses for an address it lacks. */
const NO_ANSWER = 2_000;

/** Whether something listens there. */
function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ port, host });
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.setTimeout(NO_ANSWER, () => resolve(false));
  }).finally(() => socket.destroy());
}
