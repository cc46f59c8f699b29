/**
 * Records that were compressed before they were sealed (RFC 3749): each direction is one stream, whose history
 * spans all its records since the ChangeCipherSpec. TLS 1.3 has no such thing, because lengths gave secrets
 * away (CRIME).
 */
import { Unzlib } from 'fflate';
import { concat } from '#protocol/bytes';
import { RECORD_COMPRESSIONS, nameIn } from './names.ts';

/** Bytes that a record may hold when it is decompressed (RFC 5246 §6.2.2). */
const MAX_PLAIN = 2 ** 14;
/** Deflate makes at most about a thousand bytes of one: that many are taken before the cap is checked. */
const STEP = 256;
const NULL = 0;
const DEFLATE = 1;

export type Expanded =
  | { readonly plain: Uint8Array }
  /** Why the content stays as it is. */
  | { readonly reason: string };

/** Takes in the contents of one direction, in order. */
export interface RecordExpander {
  readonly name: string;
  /** What the content of the next record was before it was compressed. Never throws. */
  next(content: Uint8Array): Expanded;
  /** A record could not be read: the history of what follows is not at hand. */
  lose(): void;
}

/** `undefined` where nothing is compressed. */
export function recordExpander(method: number): RecordExpander | undefined {
  if (method === NULL) return undefined;
  const name = nameIn(RECORD_COMPRESSIONS, 1)(method);
  if (method === DEFLATE) return new Inflater(name);
  const reason = `the content is compressed with ${name}, which is not decompressed here`;
  return { name, next: () => ({ reason }), lose: () => undefined };
}

class Inflater implements RecordExpander {
  readonly name: string;
  readonly #stream: Unzlib;
  #made: Uint8Array[] = [];
  #length = 0;
  /** Why nothing more can be decompressed. */
  #lost = '';

  constructor(name: string) {
    this.name = name;
    this.#stream = new Unzlib((piece) => {
      this.#made.push(piece);
      this.#length += piece.length;
    });
  }

  next(content: Uint8Array): Expanded {
    if (this.#lost !== '') return { reason: this.#lost };
    [this.#made, this.#length] = [[], 0];
    try {
      for (let at = 0; at < content.length && this.#length <= MAX_PLAIN; at += STEP) {
        this.#stream.push(content.subarray(at, at + STEP));
      }
    } catch {
      return this.#lose(`the content is not compressed with ${this.name}, as the server’s hello says`);
    }
    if (this.#length <= MAX_PLAIN) return { plain: concat(this.#made) };
    return this.#lose(`the content decompresses to more than the ${MAX_PLAIN} bytes that a record may hold`);
  }

  lose(): void {
    if (this.#lost === '') this.#lose('');
  }

  #lose(reason: string): Expanded {
    this.#made = [];
    this.#lost =
      'the content is compressed with what came before it, and a record before it could not be read';
    return { reason };
  }
}
