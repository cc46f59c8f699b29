import { expect, it } from 'vitest';
import { stopWith } from '../soak/shutdown.ts';

it('a server with 100 clients tells them all, keeps what it acknowledged and exits 0 in time', async () => {
  expect(await stopWith(100)).toMatch(/^100 clients were told and 20 messages kept; exit 0 after \d+ ms$/);
}, 60_000);
