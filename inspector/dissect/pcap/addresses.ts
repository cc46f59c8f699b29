/** IP addresses as text and as bytes. */

/**
 * 4 or 16 bytes; `undefined` when the text is not an IP address. A mapped one (`::ffff:10.0.0.1`) gives its 4
 * bytes.
 */
export function parseAddress(text: string): Uint8Array | undefined {
  const bare = text.replace(/%.*$/, '');
  if (!bare.includes(':')) return parseV4(bare);
  const mapped = /^::ffff:([0-9.]+)$/i.exec(bare)?.[1];
  return mapped === undefined ? parseV6(bare) : parseV4(mapped);
}

/** An IPv4 address as the 16 bytes `::ffff:a.b.c.d`. */
export function toV6(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  const out = new Uint8Array(16);
  out.set([0xff, 0xff], 10);
  out.set(address, 12);
  return out;
}

/** Dotted decimal for 4 bytes; for 16 bytes the canonical text of RFC 5952. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number)).toString(16),
  );
  const text = groups.join(':');
  const runs = [...text.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (!longest) return text;
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

function parseV4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return Uint8Array.from(parts, Number);
}

function parseV6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]?];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]));
}
