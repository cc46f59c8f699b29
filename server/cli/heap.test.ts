import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const HEAP = fileURLToPath(new URL('./heap.ts', import.meta.url));

/**
 * Makes 150 MB of garbage that has been in use for a while, like closed connections, and prints how much of the heap was
 * in use at most, in MB.
 */
const CHURN = `
  const held = [];
  let most = 0;
  for (let made = 0; made < 1_500; made++) {
    held.push(Array.from({ length: 3_200 }, (_, i) => [i]));
    if (held.length > 100) held.shift();
    if (made % 50 === 0) await new Promise(setImmediate);
    most = Math.max(most, process.memoryUsage().heapUsed);
  }
  console.log(Math.round(most / 1e6));`;

it('garbage that was in use for a while is collected long before it fills the memory', async () => {
  const begin = `import { collectEarly } from ${JSON.stringify(HEAP)}; collectEarly();`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', begin + CHURN];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe('');
  // Left alone, V8 lets it grow to 140 MB.
  expect(Number(stdout)).toBeLessThan(100);
});
