import vue from '@vitejs/plugin-vue';
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst, PURE } from './vitest.order.ts';

/**
 * Tests of folders without I/O, clock or state of their own. One cannot leave anything behind for another, so that all of
 * them run in the same few processes, which load the tables of the protocols and of the dissection only once.
 */
const PURE_TESTS = [
  'server/{protocol,channel,chat}/**/*.test.ts',
  'client/session/**/*.test.ts',
  'inspector/dissect/**/*.test.ts',
];

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'node',
    // A busy machine may take long: these only end a test that would never end.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // Many tests wait for programs and timers: with one worker more than cores, nearly a third of the cores' time is idle.
    maxWorkers: availableParallelism() + 2,
    projects: [
      { extends: true, test: { name: PURE, include: PURE_TESTS, isolate: false } },
      {
        extends: true,
        test: {
          name: 'own process',
          include: ['{server,client,inspector,certs,labs,docs,test}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...PURE_TESTS],
        },
      },
    ],
  },
});
