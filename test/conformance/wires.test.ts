/** The conformance suite of the wires, on our own server. */
import { describe, expect, it } from 'vitest';
import { WIRE_NAMES } from '#protocol/messages';
import { Puppet, startTestServer } from '../support/servers/server.ts';
import { wireSuite } from './wire-suite.ts';

wireSuite({ name: 'wireglass', hasRooms: true }, () => startTestServer());

describe('our own server, besides', () => {
  it.each(WIRE_NAMES)('greets by name on %s, and removes what no text holds', async (wire) => {
    const test = await startTestServer();
    const [author, reader] = [await Puppet.dial(test.target(wire)), await Puppet.dial(test.target(wire))];
    const { name, text } = await author.expect('welcome');
    expect(text).toContain(name);
    await reader.expect('welcome');
    for (const each of [reader, author]) {
      each.say({ type: 'join' });
      await each.expect('joined');
    }
    await reader.expect('member_joined');
    author.say({ type: 'say', text: 'Grüße\u0000' });
    expect(await reader.expect('message')).toMatchObject({ text: 'Grüße' });
    await Promise.all([author, reader].map((each) => each.close()));
    await test.close();
  });
});
