import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '#protocol/bytes';
import { Spool } from './spool.ts';

const CHUNKS = ['0102', '03', '040506'].map(fromHex);

async function* once(): AsyncGenerator<Uint8Array> {
  for (const chunk of CHUNKS) yield await Promise.resolve(chunk);
}

async function filled(memory: number, total = 100): Promise<{ spool: Spool; passed: string }> {
  const spool = new Spool('standard input', { memory, total });
  const passed: Uint8Array[] = [];
  for await (const chunk of spool.filledBy(once())) passed.push(chunk);
  return { spool, passed: toHex(concat(passed)) };
}

const again = (spool: Spool): string => toHex(concat([...spool.chunks()]));

describe('input that can be read only once', () => {
  it.each([
    ['in memory', 100],
    ['in a file', 0],
    ['in both, one after the other', 2],
  ])('is read as often as needed, kept %s', async (_name, memory) => {
    const { spool, passed } = await filled(memory);
    expect([passed, again(spool), again(spool)]).toEqual(Array(3).fill('010203040506'));
    spool.close();
  });

  it('leaves no file behind, not even while it is in use', async () => {
    const { spool } = await filled(0);
    const left = existsSync(tmpdir())
      ? readdirSync(tmpdir()).filter((name) => name.startsWith('wireglass-spool-'))
      : [];
    expect(left).toEqual([]);
    spool.close();
  });

  it('is passed on, and refused a second time, when it is more than can be kept', async () => {
    const { spool, passed } = await filled(100, 5);
    expect(passed).toBe('010203040506');
    expect(() => again(spool)).toThrow(
      'standard input: it has more than 5 bytes, but it must be read twice; save it to a file and give that',
    );
  });
});
