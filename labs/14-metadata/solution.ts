/** What Eve reads without a key, and a way to give her less. */

export type Wire = 'plain' | 'psk' | 'tls' | 'tls+psk';

/** A frame has four bytes of length. */
const FRAME_HEADER = 4;
/** psk: a header of 12 bytes and a tag of 16. TLS 1.3: a header of 5, the type of the content, and a tag of 16. */
const ADDED: Readonly<Record<Wire, number>> = {
  plain: 0,
  psk: 12 + 16,
  tls: 5 + 1 + 16,
  'tls+psk': 12 + 16 + 5 + 1 + 16,
};

export function recordLength(wire: Wire, payload: number): number {
  return FRAME_HEADER + payload + ADDED[wire];
}

export interface Sample {
  readonly text: string;
  readonly length: number;
}

/** What surrounds the text is as long in both records, so only the texts make the difference. */
export function guessText(length: number, sample: Sample, texts: readonly string[]): string[] {
  const surrounding = sample.length - lengthInJson(sample.text);
  return texts.filter((text) => surrounding + lengthInJson(text) === length);
}

/** Bytes of the text in a message: JSON writes quotes and line ends with a backslash, UTF-8 some letters in several bytes. */
function lengthInJson(text: string): number {
  return utf8(JSON.stringify(text)).length;
}

const MARK = 0x80;

/** The mark is always there, so that zeros at the end of a text are not taken for padding. */
export function pad(text: string, block: number): Uint8Array {
  const bytes = utf8(text);
  const padded = new Uint8Array(paddedLength(text, block));
  padded.set(bytes);
  padded[bytes.length] = MARK;
  return padded;
}

export function unpad(bytes: Uint8Array): string {
  const end = bytes.findLastIndex((byte) => byte !== 0);
  if (end === -1 || bytes[end] !== MARK) throw new Error('this is not padded');
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end));
}

function paddedLength(text: string, block: number): number {
  return Math.ceil((utf8(text).length + 1) / block) * block;
}

export interface Price {
  readonly factor: number;
  readonly lengths: number;
}

export function priceOfPadding(texts: readonly string[], block: number): Price {
  const before = sum(texts.map((text) => utf8(text).length));
  const after = texts.map((text) => paddedLength(text, block));
  return { factor: sum(after) / before, lengths: new Set(after).size };
}

export interface Seen {
  readonly time: number;
  readonly client: string;
  readonly direction: 'c2s' | 's2c';
}

/** Counts, for each record of the client, who is sent something soon after it. */
export function partnerOf(seen: readonly Seen[], client: string, window: number): string | undefined {
  const counts = new Map<string, number>();
  for (const [i, { time, client: sender, direction }] of seen.entries()) {
    if (direction !== 'c2s' || sender !== client) continue;
    for (const other of receivers(seen.slice(i + 1), time + window)) {
      if (other !== client) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first?.[0];
}

/** To whom the server sends something until then, each once. */
function receivers(seen: readonly Seen[], until: number): Set<string> {
  const soon = seen.filter(({ time, direction }) => direction === 's2c' && time <= until);
  return new Set(soon.map(({ client }) => client));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
