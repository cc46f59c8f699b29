/**
 * A server that says whether the padding of a record fits (Vaudenay 2002). Mallory asks in the connection of a client that comes
 * back by itself, because garbage that happens to fit ends the connection now and then.
 */
import { randomBytes } from 'node:crypto';
import { concat } from '#protocol/bytes';
import { tagLength } from '#channel/psk/bodies';
import { RECORD_TYPE } from '#channel/psk/records';
import { nextHeader } from '../known.ts';
import type { World } from '../world.ts';
import type { Person } from '../person.ts';
import type { Unit } from './mallory.ts';

export const CBC_BLOCK = 16;

/** What the answers to many questions have told about one byte. */
export interface FoundByte {
  /** Of the block, from 0. */
  readonly at: number;
  /** Values that she has tried. */
  readonly tries: number;
  /** From this byte on: what she has sent in place of the block before, */
  readonly sent: Uint8Array;
  /** the padding that this made of the end of the block, */
  readonly padding: Uint8Array;
  /** and so what the block is under the block cipher alone. */
  readonly decrypted: Uint8Array;
  /** What the server answers to all other values, and what it answered to this one. */
  readonly answers: string;
}

export class PaddingOracle {
  readonly #world: World;
  readonly #ana: Person;
  /** A record of ana's that the server answers with a sealed one: it tells that all before it is answered. */
  readonly #marker: Uint8Array;
  readonly #tail: number;
  questions = 0;
  #usual: string | undefined;
  #last = '';

  /** `marker` is a record of `ana`, who comes back by herself; the server has answered it before. */
  constructor(world: World, ana: Person, marker: Uint8Array) {
    this.#world = world;
    this.#ana = ana;
    this.#marker = marker;
    this.#tail = world.target.suite ? tagLength(world.target.suite.body) : 0;
  }

  /**
   * The block under the block cipher alone: from the right to the left, each byte by the one value with which the padding fits.
   * `undefined` when no value of the first byte is answered in another way than the rest.
   */
  async *decrypt(block: Uint8Array): AsyncGenerator<FoundByte, Uint8Array | undefined> {
    const found = new Uint8Array(CBC_BLOCK);
    for (let at = CBC_BLOCK - 1; at >= 0; at--) {
      const count = CBC_BLOCK - at;
      const iv = found.map((byte, i) => (i > at ? byte ^ count : 0));
      const value = await this.#fitting(iv, at, block);
      if (value === undefined) return undefined;
      found[at] = value ^ count;
      yield {
        at,
        tries: value + 1,
        sent: iv.slice(at),
        padding: new Uint8Array(count).fill(count),
        decrypted: found.slice(at),
        answers: `usually ${this.#usual}; to this one, ${this.#last}`,
      };
    }
    return found;
  }

  /** A record with this iv and these blocks; where the suite has a tag, she can only make one up. */
  record(ivAndBlocks: Uint8Array): Uint8Array {
    const { target, mallory } = this.#world;
    const { bytes: before } = mallory.heard.findLast(({ towards }) => towards === 'server') as Unit;
    const body = concat([ivAndBlocks, new Uint8Array(this.#tail)]);
    return concat([nextHeader(target, before, body.length), body]);
  }

  /** Ends the connection, and waits until ana is in the room over a new one, on which nothing is open. */
  async renew(): Promise<void> {
    const { mallory } = this.#world;
    const before = this.#ana.entries;
    mallory.cut(mallory.newest);
    await this.#ana.entered(before + 1);
  }

  async #fitting(iv: Uint8Array, at: number, block: Uint8Array): Promise<number | undefined> {
    for (let value = 0; value < 256; value++) {
      iv[at] = value;
      if (!(await this.#fits(iv, block))) continue;
      if (at < CBC_BLOCK - 1) return value;
      // The text may end in a byte that makes the padding longer by chance: then the byte before it matters, too.
      iv[at - 1] = (iv[at - 1] as number) ^ 0xff;
      const isAlone = await this.#fits(iv, block);
      iv[at - 1] = (iv[at - 1] as number) ^ 0xff;
      if (isAlone) return value;
    }
    return undefined;
  }

  /** Whether the server answers in another way than usual. */
  async #fits(iv: Uint8Array, block: Uint8Array): Promise<boolean> {
    this.#usual ??= await this.#usualAnswer();
    const answer = await this.#answer(iv, block);
    const fits = answer !== this.#usual;
    if (fits) this.#last = answer;
    return fits;
  }

  /** The answer to random blocks: of three, at most one fits by chance. */
  async #usualAnswer(): Promise<string> {
    const answers: string[] = [];
    for (let time = 0; time < 3; time++) {
      const [iv, block] = [randomBytes(CBC_BLOCK), randomBytes(CBC_BLOCK)];
      const answer = await this.#answer(iv, block);
      if (answers.includes(answer)) return answer;
      answers.push(answer);
    }
    return answers[0] as string;
  }

  /** What Mallory sees of an answer: its type and its length. */
  async #answer(iv: Uint8Array, block: Uint8Array): Promise<string> {
    const { mallory } = this.#world;
    this.questions++;
    const connection = mallory.newest;
    const here = { since: mallory.heard.length, connection, towards: 'client' } as const;
    mallory.send(connection, 'server', concat([this.record(concat([iv, block])), this.#marker]));
    const first = await mallory.unit(here);
    const isOpen = first?.bytes[0] === RECORD_TYPE.alert && (await this.#marked(first));
    // The next question needs a connection on which nothing is open.
    if (!isOpen) await this.renew();
    return first
      ? `a record of type ${first.bytes[0]} and ${first.bytes.length} bytes`
      : 'the end of the connection';
  }

  /** Whether the marker is answered after `first`, with data. */
  async #marked(first: Unit): Promise<boolean> {
    const { mallory } = this.#world;
    const since = mallory.heard.indexOf(first) + 1;
    const fits = ({ bytes }: Unit): boolean => bytes[0] === RECORD_TYPE.data;
    return (await mallory.unit({ ...first, since, fits })) !== undefined;
  }
}
