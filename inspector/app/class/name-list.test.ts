import { describe, expect, it } from 'vitest';
import { CLASS_CAPS } from '#dissect/page-class';
import { awaited, textOf, withDashes } from './name-list.ts';

describe('a list of names', () => {
  it('has those who have not come in yet', () => {
    const expected = [
      { name: 'Ada', came: true },
      { name: 'Ben', came: false },
    ];
    expect(awaited(expected)).toEqual(['Ben']);
  });

  it('gets dashes for the spaces in its first column', () => {
    expect(withDashes('Ada King Lovelace\r\n Ben  Bit ;7 b\nCleo\n')).toBe(
      'Ada-King-Lovelace\r\nBen-Bit;7 b\nCleo\n',
    );
  });

  it('is read from a file as UTF-8, or as an older spreadsheet has written it', async () => {
    expect(await textOf(new Blob(['Zoë']))).toBe('Zoë');
    expect(await textOf(new Blob([new Uint8Array([0x5a, 0x6f, 0xeb])]))).toBe('Zoë');
    expect(await textOf(new Blob(['a'.repeat(CLASS_CAPS.nameList + 1)]))).toBeUndefined();
  });
});
