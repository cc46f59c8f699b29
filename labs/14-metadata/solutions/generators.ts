/** Generators for bytes and for pairs of records. */
const encoder = new TextEncoder();
const bytesOf = (text: string): Uint8Array => encoder.encode(text);

export function recordLength(wire: string, payload: number): number {
  const psk = wire.endsWith('psk') ? 28 : 0;
  const tls = wire.startsWith('tls') ? 22 : 0;
  return 4 + payload + psk + tls;
}

export async function guessText(length: number, sample: { text: string; length: number }, texts: string[]) {
  const size = (text: string) => bytesOf(JSON.stringify(text)).length;
  return texts.filter((text) => size(text) - size(sample.text) === length - sample.length);
}

function* filled(text: string, block: number): Generator<number> {
  let count = 1;
  for (const byte of bytesOf(text)) {
    yield byte;
    count++;
  }
  yield 0x80;
  for (; count % block !== 0; count++) yield 0;
}

export const pad = (text: string, block: number) => Uint8Array.from(filled(text, block));

export function unpad(bytes: Uint8Array): string {
  const mark = bytes.lastIndexOf(0x80);
  if (mark < 0 || bytes.subarray(mark + 1).some((byte) => byte !== 0)) throw new Error('refused');
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(0, mark));
}

export function priceOfPadding(texts: string[], block: number) {
  const sizes = texts.map((text) => [bytesOf(text).length, [...filled(text, block)].length] as const);
  const [before, after] = sizes.reduce(([a, b], [x, y]) => [a + x, b + y], [0, 0]);
  return { factor: after / before, lengths: new Set(sizes.map(([, size]) => size)).size };
}

type Seen = { time: number; client: string; direction: string };

function* pairs(seen: Seen[], client: string, window: number): Generator<string> {
  for (let i = 0; i < seen.length; i++) {
    if (seen[i]!.client !== client || seen[i]!.direction === 's2c') continue;
    const heard = new Set<string>([client]);
    for (let j = i + 1; j < seen.length && seen[j]!.time - seen[i]!.time <= window; j++) {
      if (seen[j]!.direction === 'c2s' || heard.has(seen[j]!.client)) continue;
      heard.add(seen[j]!.client);
      yield seen[j]!.client;
    }
  }
}

export function partnerOf(seen: Seen[], client: string, window: number) {
  const counts = new Map<string, number>();
  for (const name of pairs(seen, client, window)) counts.set(name, (counts.get(name) ?? 0) + 1);
  let best: string | null = null;
  for (const [name, count] of counts) if (best === null || count > counts.get(best)!) best = name;
  return best;
}
