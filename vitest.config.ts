import vue from '@vitejs/plugin-vue';
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst, PURE, UNIT } from './vitest.order.ts';

/**
 * Tests of folders without I/O, clock or state of their own. One cannot leave anything behind for another, so that all of
 * them run in the same few processes, which load the tables of the protocols and of the dissection only once.
 */
const PURE_TESTS = [
  'server/{protocol,channel,chat}/**/*.test.ts',
  'client/session/**/*.test.ts',
  'inspector/dissect/**/*.test.ts',
];

/** Tests next to the code that do I/O, and the gates, which read the code. They close what they open, and share processes too. */
const UNIT_TESTS = ['{server,client,inspector,certs,docs}/**/*.test.ts', 'test/gates/**/*.test.ts'];

/** These change something for the whole process: its environment, time, globals, memory or open files. */
const ALONE = [
  'inspector/app/components/components.test.ts',
  'inspector/app/composables/server-socket.test.ts',
  'inspector/app/shell/shortcuts.test.ts',
  'inspector/cli/capture/*.test.ts',
  'inspector/cli/files/capture-faults.test.ts',
  'inspector/cli/wireshark.test.ts',
  'server/cli/{heap,open-files}.test.ts',
  'server/runtime/defence/floods.test.ts',
  'server/web/console/live.test.ts',
  'server/web/health.test.ts',
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
          name: UNIT,
          include: UNIT_TESTS,
          exclude: [...configDefaults.exclude, ...PURE_TESTS, ...ALONE],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'own process',
          include: ['{labs,test}/**/*.test.ts', ...ALONE],
          exclude: [...configDefaults.exclude, 'test/gates/**'],
        },
      },
    ],
  },
});
