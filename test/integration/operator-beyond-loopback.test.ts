/** A page that the whole network can reach keeps figures and the operator's API from the network. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSameMachine } from '#web/guard';
import { type TestWorkbench, startTestWorkbench } from '../support/servers/workbench.ts';

let data: string;
let workbench: TestWorkbench;
let token: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-beyond-'));
  workbench = await startTestWorkbench(data, '0.0.0.0');
  token = (await readFile(join(data, 'operator-token'), 'utf8')).trim();
});
afterAll(async () => {
  await workbench.close();
  await rm(data, { recursive: true, force: true });
});

async function statusOf(path: string, bearer?: string): Promise<number> {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const response = await fetch(`http://127.0.0.1:${workbench.web.address.port}${path}`, { headers });
  await response.body?.cancel();
  return response.status;
}

it('figures are for holders of the operator’s secret, health is for everyone', async () => {
  expect(await statusOf('/metrics')).toBe(401);
  expect(await statusOf('/metrics', workbench.data.token)).toBe(401);
  expect(await statusOf('/metrics', token)).toBe(200);
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/api/operator/status', token)).toBe(200);
  expect(await statusOf('/api/info', token)).toBe(401);
});

describe('the same machine', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1', true],
    ['::1', '::1', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['::ffff:192.0.2.7', '192.0.2.7', true],
    ['192.0.2.8', '192.0.2.7', false],
    ['2001:db8::1', '2001:db8::2', false],
    [undefined, undefined, false],
  ])('from %s to %s: %s', (remoteAddress, localAddress, same) => {
    const refused = checkSameMachine({ remoteAddress, localAddress } as never);
    expect(refused === undefined).toBe(same);
  });
});
