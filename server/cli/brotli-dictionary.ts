/**
 * In its package, Brotli's dictionary (RFC 7932 appendix A) is 122,784 numbers of source text, which take Node longer to
 * read than everything else. The built program has the same bytes as one string.
 */
import { pathToFileURL } from 'node:url';

const MODULE = '/brotli/dec/dictionary-data.js';

/** A plugin for Vite that replaces that module of the package. */
export const brotliDictionary = {
  name: 'brotli-dictionary',
  async load(id: string): Promise<string | null> {
    if (!id.endsWith(MODULE)) return null;
    const { dictionary } = (await import(pathToFileURL(id).href)) as { dictionary: Uint8Array };
    const base64 = Buffer.from(dictionary).toString('base64');
    return `export const dictionary = new Uint8Array(Buffer.from('${base64}', 'base64'));
export const init = () => dictionary;
`;
  },
};
