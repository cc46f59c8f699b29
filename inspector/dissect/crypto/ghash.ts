/**
 * GHASH (NIST SP 800-38D §6.4) with the multiples of its key worked out once: Shoup's method, a byte at a time. In
 * this field the first bit of a block is the lowest power of x, so a product grows to the right.
 */
import { BLOCK_LENGTH } from './record-ciphers.ts';

const BYTES = 256;
/** What x^128 is in this field, as its first word (§6.3). */
const REDUCTION = 0xe1000000;

type Block = readonly [number, number, number, number];

/** First words of what a last byte becomes when it is shifted out of a block. */
const SHIFTED_OUT = Int32Array.from({ length: BYTES }, (_, byte) => {
  let block: Block = [0, 0, 0, byte];
  for (let i = 0; i < 8; i++) block = timesX(block);
  return block[0];
});

export class Ghash {
  /** For each value of a first byte that value times the key, in four words: 4 KiB. */
  readonly #multiples: Int32Array;
  readonly #sum = new Int32Array(4);

  /** `key` is the hash subkey H, 16 bytes. */
  constructor(key: DataView) {
    this.#multiples = multiplesOf([key.getInt32(0), key.getInt32(4), key.getInt32(8), key.getInt32(12)]);
  }

  /** Starts a new hash. */
  reset(): void {
    this.#sum.fill(0);
  }

  /** Takes these bytes, filled up with zeros to whole blocks. */
  update(bytes: Uint8Array): void {
    const whole = bytes.length - (bytes.length % BLOCK_LENGTH);
    this.#blocks(new DataView(bytes.buffer, bytes.byteOffset, whole));
    if (whole === bytes.length) return;
    const last = new Uint8Array(BLOCK_LENGTH);
    last.set(bytes.subarray(whole));
    this.#blocks(new DataView(last.buffer));
  }

  /**
   * Takes the block that closes a hash: two lengths given in bytes, each written as a number of bits (§7.1).
   */
  lengths(first: number, second: number): void {
    const block = new DataView(new ArrayBuffer(BLOCK_LENGTH));
    block.setBigUint64(0, BigInt(first) * 8n);
    block.setBigUint64(8, BigInt(second) * 8n);
    this.#blocks(block);
  }

  /** The hash of what was taken: 16 bytes. */
  digest(): Uint8Array {
    const out = new Uint8Array(BLOCK_LENGTH);
    const view = new DataView(out.buffer);
    this.#sum.forEach((word, i) => view.setInt32(4 * i, word));
    return out;
  }

  /** Adds each block and multiplies by the key. */
  #blocks(view: DataView): void {
    const sum = this.#sum;
    for (let at = 0; at < view.byteLength; at += 4) {
      const word = (at >> 2) & 3;
      sum[word] = (sum[word] as number) ^ view.getInt32(at);
      if (word === 3) this.#multiply(sum);
    }
  }

  /**
   * From the last byte to the first: the sum so far is shifted by a byte, and the multiple of the next byte is
   * added.
   */
  #multiply(sum: Int32Array): void {
    const multiples = this.#multiples;
    let [z0, z1, z2, z3] = [0, 0, 0, 0];
    for (let place = 0; place < BLOCK_LENGTH; place++) {
      const reduced = SHIFTED_OUT[z3 & 0xff] as number;
      const entry = (((sum[3 - (place >> 2)] as number) >>> (8 * (place & 3))) & 0xff) * 4;
      z3 = ((z3 >>> 8) | (z2 << 24)) ^ (multiples[entry + 3] as number);
      z2 = ((z2 >>> 8) | (z1 << 24)) ^ (multiples[entry + 2] as number);
      z1 = ((z1 >>> 8) | (z0 << 24)) ^ (multiples[entry + 1] as number);
      z0 = (z0 >>> 8) ^ reduced ^ (multiples[entry] as number);
    }
    sum[0] = z0;
    sum[1] = z1;
    sum[2] = z2;
    sum[3] = z3;
  }
}

function multiplesOf(key: Block): Int32Array {
  const table = new Int32Array(BYTES * 4);
  let power = key;
  // The first bit of a byte is its highest.
  for (let value = BYTES / 2; value > 0; value >>= 1) {
    table.set(power, value * 4);
    power = timesX(power);
  }
  for (let value = 1; value < BYTES; value++) {
    // The multiple of several bits is the sum of the multiple of the lowest and that of the others.
    const others = (value & (value - 1)) * 4;
    const lowest = value * 4 - others;
    if (others === 0) continue;
    for (let i = 0; i < 4; i++) {
      table[value * 4 + i] = (table[others + i] as number) ^ (table[lowest + i] as number);
    }
  }
  return table;
}

function timesX([a, b, c, d]: Block): Block {
  const reduction = (d & 1) === 1 ? REDUCTION : 0;
  return [(a >>> 1) ^ reduction, (b >>> 1) | (a << 31), (c >>> 1) | (b << 31), (d >>> 1) | (c << 31)];
}
