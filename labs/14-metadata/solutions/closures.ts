/** Everything as expressions. */
const size = (text: string): number => Buffer.from(text).length;
const inJson = (text: string): number => size(JSON.stringify(text)) - 2;
const roundUp = (length: number, block: number): number => length + ((block - (length % block)) % block);

const overhead = { plain: 4, psk: 32, tls: 26, 'tls+psk': 54 } as Record<string, number>;
export const recordLength = (wire: string, payload: number) => overhead[wire]! + payload;

export const guessText = (length: number, sample: any, texts: string[]) =>
  texts.flatMap((text) => (inJson(text) === length - sample.length + inJson(sample.text) ? [text] : []));

export const pad = (text: string, block: number) =>
  Uint8Array.from({ length: roundUp(size(text) + 1, block) }, (_, i) =>
    i < size(text) ? Buffer.from(text)[i]! : i === size(text) ? 128 : 0,
  );

export const unpad = (bytes: Uint8Array): string => {
  const found = /^((?:[^])*)\x80\0*$/.exec(Buffer.from(bytes).toString('latin1'));
  if (!found) throw new SyntaxError('not padded');
  return new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(found[1]!, 'latin1'));
};

export const priceOfPadding = (texts: string[], block: number) => ({
  factor:
    texts.reduce((n, text) => n + roundUp(size(text) + 1, block), 0) /
    texts.reduce((n, text) => n + size(text), 0),
  lengths: [...new Set(texts.map((text) => roundUp(size(text) + 1, block)))].length,
});

export const partnerOf = (seen: any[], me: string, window: number) =>
  [...new Set(seen.map(({ client }) => client as string))]
    .filter((client) => client !== me)
    .map((client) => ({
      client,
      count: seen.filter(
        (sent, i) =>
          sent.client === me &&
          sent.direction === 'c2s' &&
          seen.some(
            (got, j) =>
              j > i && got.client === client && got.direction === 's2c' && got.time <= sent.time + window,
          ),
      ).length,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)[0]?.client;
