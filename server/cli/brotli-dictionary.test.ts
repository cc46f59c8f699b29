import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { brotliDictionary } from './brotli-dictionary.ts';

const PACKAGE = new URL('./dec/dictionary-data.js', import.meta.resolve('brotli'));

async function dictionaryOf(code: string | null): Promise<Uint8Array> {
  const url = `data:text/javascript,${encodeURIComponent(code ?? '')}`;
  const { init } = (await import(/* @vite-ignore */ url)) as { init: () => Uint8Array };
  return init();
}

describe('the dictionary of brotli in the built program', () => {
  it('is the one of RFC 7932, appendix A', async () => {
    const dictionary = await dictionaryOf(await brotliDictionary.load(fileURLToPath(PACKAGE)));
    expect(dictionary.length).toBe(122_784);
    // The RFC gives this checksum.
    expect(crc32(dictionary)).toBe(0x5136cb04);
  });

  it('replaces only that module', async () => {
    expect(await brotliDictionary.load('/project/node_modules/brotli/dec/decode.js')).toBeNull();
  });
});
