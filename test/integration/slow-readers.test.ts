/** A short run of the soak `slow-readers`: on each wire, a client that does not read is cut off, and the others go on. */
import { afterEach, describe, expect, it } from 'vitest';
import { guest, hear } from '../soak/people.ts';
import { startCutter } from '../support/flows/cutter.ts';
import { type TestServer, startTestServer } from '../support/servers/server.ts';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES } from '#protocol/messages';

/** The longest message, three bytes per character. */
const TEXT = '€'.repeat(LIMITS.text);
/** More than the server and all kernels in between hold together. */
const MOST_BYTES = 20 * LIMITS.sendQueue;

let test: TestServer;
afterEach(() => test.close());

describe.each(WIRE_NAMES)('on the %s wire', (wire) => {
  it('a client that stops reading is cut off, and nobody else misses a word', async () => {
    test = await startTestServer();
    const loud = await guest(test.target(wire), 'loud');
    const witness = await guest(test.target(wire), 'witness');
    const cutter = await startCutter(test.address(wire));
    await guest({ ...test.target(wire), port: cutter.port }, 'slow');
    cutter.freeze();
    const isCut = (): boolean => test.log.some(({ code }) => code === 'slow_reader');
    let said = 0;
    let heard = 0;
    const gone: string[] = [];
    while (!isCut() && said * TEXT.length * 3 < MOST_BYTES) {
      for (let more = 0; more < 20; more++) loud.say({ type: 'say', text: TEXT, ref: `${(said += 1)}` });
      while (heard < said) {
        const message = await witness.next();
        if (!message) throw new Error('the witness was cut off, too');
        if (message.type === 'message') heard += 1;
        // The others may be told between two messages of the same batch.
        if (message.type === 'member_left') gone.push(message.name);
      }
    }
    expect(isCut()).toBe(true);
    if (gone.length === 0) gone.push((await hear(witness, 'member_left')).name);
    expect(gone).toEqual(['slow']);
    expect(said * TEXT.length * 3).toBeGreaterThan(LIMITS.sendQueue);
    expect(test.server.hub.connections.size).toBe(2);
    await cutter.close();
  }, 60_000);
});
