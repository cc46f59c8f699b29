/**
 * One suite over all four wires, for our server and a learner's alike: the same conversations over real sockets, through
 * a path that delivers the bytes whole, a byte at a time, or in uneven pieces.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { LIMITS } from '#protocol/limits';
import { type ClientMessage, WIRE_NAMES, type WireName, encodeMessage } from '#protocol/messages';
import { Puppet, type TestServer } from '../support/servers/server.ts';
import { CUTS, type Cut, type Shaper, startShaper } from '../support/flows/shaper.ts';

const frame = (message: ClientMessage): Uint8Array => encodeFrame(encodeMessage(message));

export interface ServerTraits {
  /** As it calls itself in its welcome. */
  readonly name: string;
  /** It opens a room for whoever asks for one; otherwise there is only the lobby. */
  readonly hasRooms: boolean;
}

/** Registers the suite with the test runner, for the server that `start` gives. */
export function wireSuite({ name, hasRooms }: ServerTraits, start: () => Promise<TestServer>): void {
  let test: TestServer;
  beforeAll(async () => {
    test = await start();
  });
  afterAll(() => test.close());

  /** Rooms of their own keep the cases apart, where there are any. */
  const roomFor = (wire: WireName): string => (hasRooms ? `room-${wire.replace('+', '-')}` : 'lobby');

  const joinRoom = async (wire: WireName, room: string): Promise<Puppet> => {
    const puppet = await Puppet.dial(test.target(wire));
    await puppet.expect('welcome');
    puppet.say({ type: 'join', room });
    await puppet.expect('joined');
    return puppet;
  };

  describe.each(WIRE_NAMES)('the %s wire', (wire) => {
    describe.each(Object.entries(CUTS))('with bytes delivered %s', (_, cut) => {
      let path: Shaper;
      beforeAll(async () => {
        path = await startShaper(test.address(wire), cut);
      });
      afterAll(() => path.close());
      const connect = (): Promise<Puppet> => Puppet.dial(test.target(wire, path.address));

      it('sends its welcome before it is spoken to, and lets a client in under a guest name', async () => {
        const guest = await connect();
        const welcome = await guest.expect('welcome');
        expect(welcome).toMatchObject({ protocol: 1, server: name, wire, room: 'lobby' });
        guest.say({ type: 'join' });
        const joined = await guest.expect('joined');
        expect(joined).toMatchObject({ room: 'lobby', name: welcome.name });
        expect(joined.members).toContain(welcome.name);
        await guest.close();
      });

      it('answers glued frames in their order', async () => {
        const guest = await connect();
        await guest.expect('welcome');
        guest.raw(concat(Array.from({ length: 500 }, (_, i) => frame({ type: 'ping', ref: `p${i}` }))));
        for (let i = 0; i < 500; i++)
          expect(await guest.expect('pong')).toEqual({ type: 'pong', ref: `p${i}` });
        await guest.close();
      });

      it('takes a frame of exactly the cap', async () => {
        const guest = await connect();
        await guest.expect('welcome');
        const ping = utf8('{"type":"ping","ref":"full"}');
        const padding = new Uint8Array(LIMITS.framePayload - ping.length).fill(0x20);
        guest.raw(encodeFrame(concat([ping, padding])));
        expect(await guest.expect('pong')).toEqual({ type: 'pong', ref: 'full' });
        await guest.close();
      });

      it('carries a message to every other wire, and the acknowledgement back', async () => {
        const room = roomFor(wire);
        const others = await Promise.all(WIRE_NAMES.map((other) => joinRoom(other, room)));
        const author = await connect();
        await author.expect('welcome');
        author.say({ type: 'join', room });
        const { name: from } = await author.expect('joined');
        author.say({ type: 'say', room, text: 'Grüße, 世界 🦊', ref: 'r1' });
        const ack = await author.expect('ack');
        expect(ack).toMatchObject({ ref: 'r1', room });
        for (const other of others) {
          const heard = await nextMessage(other);
          expect(heard).toEqual({
            type: 'message',
            id: ack.id,
            room,
            from,
            text: 'Grüße, 世界 🦊',
            ts: ack.ts,
            via: wire,
          });
        }
        await Promise.all([author, ...others].map((client) => client.close()));
      });

      it('says goodbye in the channel’s own way', async () => {
        const guest = await connect();
        await guest.expect('welcome');
        guest.say({ type: 'bye' });
        expect(await guest.rest()).toEqual([]);
        await guest.close();
      });
    });

    it('reads 10,000 frames that arrive in more than 10,000 chunks', async () => {
      const path = await startShaper(test.address(wire), piecesOf(64));
      const guest = await Puppet.dial(test.target(wire, path.address));
      await guest.expect('welcome');
      for (let i = 0; i < 10_000; i++) guest.say({ type: 'ping', ref: `${i}`.padStart(64, 'x') });
      for (let i = 0; i < 10_000; i++) {
        const pong = await guest.expect('pong');
        if (pong.ref !== `${i}`.padStart(64, 'x')) throw new Error(`pong ${i} out of order`);
      }
      expect(path.chunks).toBeGreaterThan(10_000);
      await guest.close();
      await path.close();
    });
  });
}

function piecesOf(size: number): Cut {
  return (bytes) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
}

const PRESENCE = new Set(['member_joined', 'member_left', 'members_changed']);

/** The next chat message, past the notices of who came and went. */
async function nextMessage(puppet: Puppet): Promise<unknown> {
  for (;;) {
    const message = await puppet.next();
    if (!PRESENCE.has(message?.type ?? '')) return message;
  }
}
