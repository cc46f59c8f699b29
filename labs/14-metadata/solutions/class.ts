/** A class per idea, Buffers, and one pass over the records with a list of what is still open. */
export class Overhead {
  static readonly FRAME = 4;
  static readonly PSK = 28;
  static readonly TLS = 22;
  static of(wire: string): number {
    return wire
      .split('+')
      .reduce((sum, part) => sum + (part === 'psk' ? this.PSK : part === 'tls' ? this.TLS : 0), this.FRAME);
  }
}

export const recordLength = (wire: string, payload: number): number => payload + Overhead.of(wire);

const message = (text: string): number => Buffer.byteLength(JSON.stringify({ type: 'say', text }));

export function guessText(
  length: number,
  { text, length: known }: { text: string; length: number },
  texts: string[],
) {
  const fits: string[] = [];
  for (const each of texts) if (message(each) - message(text) === length - known) fits.push(each);
  return fits;
}

class Padding {
  constructor(private readonly block: number) {}

  fill(text: string): Buffer {
    const marked = Buffer.from(`${text}\0`, 'utf8');
    marked[marked.length - 1] = 0x80;
    const missing = (this.block - (marked.length % this.block)) % this.block;
    return Buffer.concat([marked, Buffer.alloc(missing)]);
  }

  static strip(bytes: Uint8Array): string {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end--;
    if (end === 0 || bytes[end - 1] !== 0x80) throw new RangeError('no mark');
    const text = Buffer.from(bytes.subarray(0, end - 1));
    if (!Buffer.from(text.toString('utf8')).equals(text)) throw new RangeError('not UTF-8');
    return text.toString('utf8');
  }
}

export const pad = (text: string, block: number) => new Padding(block).fill(text);
export const unpad = (bytes: Uint8Array) => Padding.strip(bytes);

export function priceOfPadding(texts: string[], block: number) {
  const padded = texts.map((text) => pad(text, block).length);
  let [before, after] = [0, 0];
  texts.forEach((text, i) => {
    before += Buffer.byteLength(text);
    after += padded[i]!;
  });
  return { factor: after / before, lengths: new Set(padded).size };
}

interface Seen {
  time: number;
  client: string;
  direction: string;
}

class Watch {
  #open: { time: number; counted: Set<string> }[] = [];
  #scores: Record<string, number> = Object.create(null);

  constructor(
    private readonly client: string,
    private readonly window: number,
  ) {}

  see({ time, client, direction }: Seen): void {
    this.#open = this.#open.filter((sent) => time - sent.time <= this.window);
    if (direction === 'c2s') {
      if (client === this.client) this.#open.push({ time, counted: new Set() });
      return;
    }
    if (client === this.client) return;
    for (const { counted } of this.#open) {
      if (counted.has(client)) continue;
      counted.add(client);
      this.#scores[client] = (this.#scores[client] ?? 0) + 1;
    }
  }

  get best(): string | undefined {
    return Object.keys(this.#scores).reduce<string | undefined>(
      (best, name) => (best === undefined || this.#scores[name]! > this.#scores[best]! ? name : best),
      undefined,
    );
  }
}

export function partnerOf(seen: Seen[], client: string, window: number): string | undefined {
  const watch = new Watch(client, window);
  seen.forEach((record) => watch.see(record));
  return watch.best;
}
