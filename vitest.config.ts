import vue from '@vitejs/plugin-vue';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [vue()],
  test: {
    include: ['{server,client,inspector,certs,labs,test}/**/*.test.ts'],
    environment: 'node',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // A busy machine may take long; what never comes still ends the test.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // Many tests wait for programs and timers: a core that is kept free for vitest itself would be idle.
    maxWorkers: availableParallelism(),
  },
});
