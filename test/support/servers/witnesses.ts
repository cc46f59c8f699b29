/** One server, and others on it who must not notice what one bad peer does. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type ServerMessage, WIRE_NAMES } from '#protocol/messages';
import { Puppet, type TestServer, startTestServer } from './server.ts';

export let test: TestServer;
/** One undisturbed member on each wire. */
let witnesses: Puppet[];
export let round = 0;

/** Before each test a member on each wire comes into a room; after it they still hear each other, and nothing else is stored. */
export function useWitnesses(): void {
  beforeAll(async () => {
    test = await startTestServer({ defence: { handshakeTimeout: 2_000 } });
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    round += 1;
    witnesses = await Promise.all(WIRE_NAMES.map((wire) => Puppet.dial(test.target(wire))));
    for (const witness of witnesses) {
      await witness.expect('welcome');
      witness.say({ type: 'join', room: `round-${round}` });
      await witness.expect('joined');
    }
  });
  afterEach(async () => {
    const [first, ...others] = witnesses as [Puppet, ...Puppet[]];
    first.say({ type: 'say', text: 'still here', ref: 'w' });
    await skipNotices(first, 'ack');
    for (const other of others)
      expect(await skipNotices(other, 'message')).toMatchObject({ text: 'still here' });
    const stored = await test.store.history({ room: `round-${round}`, limit: 100 });
    expect(stored.messages.map(({ text }) => text)).toEqual(['still here']);
    await Promise.all(witnesses.map((witness) => witness.close()));
  });
}

export async function skipNotices(
  peer: Puppet,
  type: ServerMessage['type'],
): Promise<ServerMessage | undefined> {
  for (;;) {
    const message = await peer.next();
    if (!message || message.type === type) return message;
  }
}
