/** Options of pcapng blocks (draft-ietf-opsawg-pcapng §3.5). */
import { OPTION } from './blocks.ts';
import type { Words } from './source.ts';

export interface Options {
  /** The last value of each code. */
  readonly values: ReadonlyMap<number, Uint8Array>;
  readonly comments: readonly Uint8Array[];
}

const NONE: Options = { values: new Map(), comments: [] };

/** Options from `start` to the end of the body or to the mark that ends them. What does not fit ends them too. */
export function readOptions(body: Uint8Array, words: Words, start: number): Options {
  if (start + 4 > body.length) return NONE;
  const values = new Map<number, Uint8Array>();
  const comments: Uint8Array[] = [];
  for (let at = start; at + 4 <= body.length;) {
    const [code, length] = [words.u16(body, at), words.u16(body, at + 2)];
    if (code === OPTION.end || length > body.length - at - 4) break;
    const value = body.subarray(at + 4, at + 4 + length);
    if (code === OPTION.comment) comments.push(value);
    else values.set(code, value);
    at += 4 + padded(length);
  }
  return { values, comments };
}

/** Up to the next multiple of four. */
export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
