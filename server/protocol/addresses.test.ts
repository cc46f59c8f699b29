import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIn, networkOf, parseAddress, parseRange, spelling } from './addresses.ts';

const NETWORKS: readonly [address: string, network: string, why: string][] = [
  ['192.0.2.1', '192.0.2.1', 'IPv4: each address by itself'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64', 'IPv6: the first 64 bits'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64', 'IPv6: the first 64 bits'],
  ['2001:db8::7', '2001:db8::/64', 'zero groups in the prefix, left out in the text'],
  ['2001:db8:0:1::7', '2001:db8:0:1::/64', 'zero groups on both sides'],
  ['2001:DB8:0000:0001:0:0:0:7', '2001:db8:0:1::/64', 'the same, spelt out'],
  ['::7', '::/64', 'a prefix of zeros only'],
  ['fe80::1%eth0', 'fe80::/64', 'a zone'],
  ['fe80::1%br-lan.7', 'fe80::/64', 'a zone that is not a word'],
  ['::ffff:192.0.2.1', '192.0.2.1', 'IPv4-mapped (RFC 4291 §2.5.5.2)'],
  ['::ffff:c000:201', '192.0.2.1', 'IPv4-mapped, in hexadecimal'],
  ['::ffff:0:192.0.2.1', '192.0.2.1', 'IPv4-translated (RFC 2765 §2.1)'],
  ['64:ff9b::192.0.2.1', '192.0.2.1', 'NAT64 (RFC 6052 §2.1)'],
  ['64:ff9b:1::192.0.2.1', '192.0.2.1', 'NAT64 for local use (RFC 8215 §3)'],
  ['2002:c000:0201::1', '192.0.2.1', '6to4 (RFC 3056 §2)'],
  ['2002:c000:0201:9:8:7:6:5', '192.0.2.1', '6to4: a whole site behind one address'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '192.0.2.45', 'Teredo: the example of RFC 4380 §4'],
  ['unknown', 'unknown', 'no address'],
  ['1', '1', 'a number is not an address'],
  ['192.0.2', '192.0.2', 'three parts are not an address'],
];

describe('the network of an address', () => {
  it.each(NETWORKS)('of %s is %s: %s', (address, network) => expect(networkOf(address)).toBe(network));

  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 0x20, 0xff), { minLength: 16, maxLength: 16 });
  const carrying = fc.tuple(
    fc.constantFrom('0:0:0:0:0:ffff', '64:ff9b:0:0:0:0', '2002:1:2:0:0:0', '2001:0:1:2:3:4'),
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
  );

  it('is the same in every spelling of the address', () => {
    const address = fc.oneof(bytes, sparse, carrying.map(bytesOfCarrier));
    fc.assert(
      fc.property(address, (raw) => {
        const networks = new Set(spellings(raw).map(networkOf));
        expect([...networks]).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('is shared by exactly those IPv6 addresses whose first 64 bits are the same', () => {
    const native = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((tail) => [0x26, ...tail.subarray(1)]);
    const half = fc.uint8Array({ minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(native, native, half, half, (prefix, other, one, two) => {
        const network = networkOf(written([...prefix, ...one]));
        expect(networkOf(written([...prefix, ...two]))).toBe(network);
        const same = prefix.every((byte, i) => byte === other[i]);
        expect(networkOf(written([...other, ...two])) === network).toBe(same);
      }),
    );
  });
});

describe('a range', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8::7', '2001:db8::/64'],
    ['2001:db8::7/128', '2001:db8::7/128'],
    ['2001:db8:ff::7/33', '2001:db8::/33'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7/120', '192.0.2.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['64:ff9b::/96', '0.0.0.0/0'],
    ['2002:c000:201::/48', '192.0.2.1'],
    ['2002:c000:201::/128', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::/64'],
  ])('%s is %s', (text, clean) => {
    const range = parseRange(text);
    expect(range && spelling(range)).toBe(clean);
  });

  it.each([
    '',
    '/',
    'ana',
    '192.0.2.7/33',
    '192.0.2.7/-1',
    '192.0.2.7/',
    '::/129',
    '1',
    '192.0.2.7/24/1',
    '::/1e1',
  ])('%j is none', (text) => expect(parseRange(text)).toBeUndefined());

  it.each([
    ['192.0.2.9', '192.0.2.0/24', true],
    ['192.0.3.9', '192.0.2.0/24', false],
    ['2001:db8::1:2:3:4', '2001:db8::7', true],
    ['2001:db8:0:1::7', '2001:db8::7', false],
    ['2001:db8::8', '2001:db8::7/128', false],
    ['2002:c000:201::5', '192.0.2.1', true],
    ['64:ff9b::c000:201', '192.0.2.0/24', true],
    ['192.0.2.1', '2002:c000:201::1', true],
    ['192.0.2.1', '::ffff:0:0/96', true],
    ['2002:c000:201::5', '2002::/16', true],
    ['::1', '0.0.0.0/0', false],
  ])('whether %s is in %s: %s', (address, range, inside) => {
    expect(isIn(parseAddress(address)!, parseRange(range)!)).toBe(inside);
  });
});

/** The same 16 bytes, as different programs write them. */
function spellings(raw: ArrayLike<number>): string[] {
  const groups = groupsOf(raw);
  const full = groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
  const short = groups.map((group) => group.toString(16)).join(':');
  const dotted = `${groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':')}:${Array.from(raw).slice(12).join('.')}`;
  const plain = [full, short, dotted, ...compressions(groups)];
  const all = [...plain, ...plain.map((one) => one.toUpperCase()), ...plain.map((one) => `${one}%eth0`)];
  const address = parseAddress(short)!;
  return [...all, address.toString(), address.toNormalizedString()];
}

/** With each run of zero groups left out. */
function compressions(groups: readonly number[]): string[] {
  const texts: string[] = [];
  for (let from = 0; from < 8; from++)
    for (let to = from + 1; to <= 8 && groups.slice(from, to).every((group) => group === 0); to++)
      texts.push(`${hex(groups.slice(0, from))}::${hex(groups.slice(to))}`);
  return texts;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function groupsOf(raw: ArrayLike<number>): number[] {
  return Array.from({ length: 8 }, (_, i) => (raw[2 * i] as number) * 256 + (raw[2 * i + 1] as number));
}

function written(raw: ArrayLike<number>): string {
  return hex(groupsOf(raw));
}

function bytesOfCarrier([prefix, tail]: [string, Uint8Array]): number[] {
  const groups = prefix.split(':').map((group) => parseInt(group, 16));
  return [...groups.flatMap((group) => [group >> 8, group & 0xff]), ...tail];
}
