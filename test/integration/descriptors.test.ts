/** The soak `descriptors` in short. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { leftBehindAtOnce } from '../soak/descriptors.ts';

// Only there does the system show what a process has open.
it.runIf(existsSync('/proc/self/fd'))(
  'no client that is put off, resets, never reads or never closes leaves a descriptor with the server, on any wire',
  async () => {
    // All have come, and none is left.
    expect((await leftBehindAtOnce(5)).most).toBeGreaterThan(0);
  },
  120_000,
);
