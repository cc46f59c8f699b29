/** The soak `mutants` in short: how long others wait is judged there, not here. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MOST_BYTES, bombard } from '../soak/mutants.ts';

it.runIf(existsSync('/proc/self/status'))(
  'damaged frames on hundreds of connections leave little behind, and others are served all the while',
  async () => {
    const { frames, before, after, pings } = await bombard(200);
    expect(frames).toBeGreaterThan(200);
    expect(pings.length).toBeGreaterThan(0);
    expect(after - before).toBeLessThan(MOST_BYTES);
  },
  120_000,
);
