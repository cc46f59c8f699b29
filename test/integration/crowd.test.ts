/** A short run of the soak `crowd`; how the server's memory develops shows only after minutes. */
import { expect, it } from 'vitest';
import { gather } from '../soak/crowd.ts';

it('a crowd of all kinds leaves nothing behind, and nothing in the log', async () => {
  const outcome = await gather(
    50,
    10,
    () => undefined,
    () => '',
  );
  for (const what of ['said', 'edited', 'searches', 'wires changed', 'handshakes broken off'])
    expect(outcome).toMatch(new RegExp(`[1-9]\\d* ${what}`));
}, 120_000);
