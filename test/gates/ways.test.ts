import { describe, expect, it } from 'vitest';
import { type Step, WAY_IN, WAY_OUT, faultsOf } from './ways.ts';

describe('a byte can be followed', () => {
  it('from the socket to the chat', () => expect(faultsOf(WAY_IN)).toEqual([]));

  it('from the tap to the screen', () => expect(faultsOf(WAY_OUT)).toEqual([]));
});

describe('a way is refused', () => {
  const files: Record<string, string> = {
    'server/a.ts': "import './b.ts';",
    'server/b.ts': '',
    'server/c.ts': "import type { K } from './contract.ts';",
    'server/d.ts': "import type { K } from './contract.ts';",
  };
  const way = (...steps: (string | Pick<Step, 'file' | 'by'>)[]) =>
    faultsOf(
      steps.map((step) => ({ gives: '', note: '', ...(typeof step === 'string' ? { file: step } : step) })),
      (file) => files[file],
    );

  it('if a file is joined to none before it', () => {
    expect(way('server/a.ts', 'server/b.ts')).toEqual([]);
    expect(way('server/a.ts', 'server/c.ts')).toEqual(['server/c.ts is not joined to any file before it']);
  });

  it('if the contract that joins two files is not named, or is not the one', () => {
    const last = (by: string) => ({ file: 'server/d.ts', by });
    expect(way('server/c.ts', last('server/contract.ts'))).toEqual([]);
    expect(way('server/c.ts', 'server/d.ts')).toHaveLength(1);
    expect(way('server/c.ts', last('server/b.ts'))).toHaveLength(1);
  });

  it('if a file does not exist', () => {
    expect(way('server/gone.ts')).toEqual(['server/gone.ts does not exist']);
  });

  it('if it is too long, or a file of it is', () => {
    files['server/long.ts'] = 'x\n'.repeat(250);
    expect(way('server/long.ts')).toEqual(['server/long.ts has 250 lines, not under 250']);
    expect(way(...Array.from({ length: 8 }, () => 'server/b.ts'))).toContain('8 files, more than 7');
  });
});
