/** What the text of the lab has its readers run: real clients, our solution, a picture. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// A busy machine takes long to connect 1,000 clients.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-measure-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function measure(...args: string[]): Promise<string[][]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'measure.ts'), ...args],
    { env: { ...process.env, WIREGLASS_WORKSPACE: folder } },
  );
  return stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
}

describe('the measurement of lab 13', () => {
  it('has a row for 10, 100 and 1,000 clients, and writes a picture with two points for each', async () => {
    const rows = (await measure('--ours', '--rounds', '3')).filter(([first]) => /^10*$/.test(first ?? ''));
    expect(rows.map(([clients]) => clients)).toEqual(['10', '100', '1000']);
    expect(
      rows
        .flat()
        .map(Number)
        .every((figure) => figure > 0),
    ).toBe(true);
    const svg = await readFile(join(folder, '13-many-clients.svg'), 'utf8');
    expect(svg.match(/<circle class="p50"/g)).toHaveLength(3);
    expect(svg.match(/<circle class="p99"/g)).toHaveLength(3);
  });

  it('shows that the queue of a client that does not read has a limit, and that without one it has none', async () => {
    const rows = await measure('slow', '--ours');
    const [, , withLimit] = rows.find(([limit]) => limit === '1.0 MB') ?? [];
    const [, dropped, without] = rows.find(([limit]) => limit === 'none') ?? [];
    expect(parseFloat(withLimit ?? '')).toBeLessThanOrEqual(1.1);
    expect(dropped).toBe('never');
    expect(parseFloat(without ?? '')).toBeGreaterThan(1.1);
  });

  it('says what to do when the lab has not been started', async () => {
    await expect(measure()).rejects.toMatchObject({ stderr: expect.stringContaining('lab start 13') });
  });
});
