/** The machine's clock is set while the server runs: what lasts for a time lasts neither shorter nor longer. */
import { afterEach, expect, it, vi } from 'vitest';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';

const YEARS = 10 * 365 * 86_400_000;

let test: TestServer;
afterEach(async () => {
  vi.restoreAllMocks();
  await test.close();
});

let said = 0;

/** What the server answers to something that is said. */
async function saying(puppet: Puppet): Promise<string> {
  puppet.say({ type: 'say', text: 'hi', ref: `r${(said += 1)}` });
  for (let heard = await puppet.next(); heard; heard = await puppet.next()) {
    if (heard.type === 'ack') return 'ack';
    if (heard.type === 'error') return `${heard.code} for ${heard.retry_after ?? 'ever'}`;
  }
  return 'the end';
}

it.each([
  ['ahead', YEARS],
  ['back', -YEARS],
])('ten years %s', async (_, jump) => {
  test = await startTestServer();
  const puppet = await Puppet.join(test.target('plain'), 'gus');
  await test.server.operate({ type: 'slow', room: 'lobby', seconds: 600 });
  expect(await saying(puppet)).toBe('ack');
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + jump);
  expect(await saying(puppet)).toMatch(/^slow_mode for (600|5\d\d)$/);
  vi.restoreAllMocks();
  await test.server.operate({ type: 'slow', room: 'lobby', seconds: 0 });
  await test.server.operate({ type: 'mute', name: 'gus', seconds: 600 });
  vi.spyOn(Date, 'now').mockImplementation(() => now() + jump);
  expect(await saying(puppet)).toMatch(/^muted for (600|5\d\d)$/);
  await puppet.close();
});
