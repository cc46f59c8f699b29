import vue from '@vitejs/plugin-vue';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [vue()],
  test: {
    include: ['{server,client,inspector,certs,labs,test}/**/*.test.ts'],
    environment: 'node',
    // A busy machine may take long: these only end a test that would never end.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // Many tests wait for programs and timers: a core that is kept free for vitest itself would be idle.
    maxWorkers: availableParallelism(),
  },
});
