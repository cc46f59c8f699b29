/**
 * IP addresses as bytes, and the one place that says which of them count as the same network. Everything in the server
 * that limits, throttles or bans by address asks here.
 */
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Addresses of one network: the first `bits` bits are those of `start`. */
export interface Network {
  readonly start: Address;
  readonly bits: number;
}

/** A host or a site that has one IPv6 address has 2^64 of them (RFC 4291 §2.5.4, RFC 6177). */
export const IPV6_NETWORK_BITS = 64;

interface Carrier {
  readonly start: ipaddr.IPv6;
  readonly bits: number;
  /** Where the IPv4 address begins, in bytes. */
  readonly at: number;
  /** Its bits are inverted. */
  readonly inverted?: true;
}

/** IPv6 addresses that carry an IPv4 address, which is that of the host behind them. */
export const CARRIERS: readonly Carrier[] = [
  // IPv4-mapped: a socket for both kinds shows IPv4 peers like this (RFC 4291 §2.5.5.2).
  { start: ipaddr.IPv6.parse('::ffff:0:0'), bits: 96, at: 12 },
  // IPv4-translated (RFC 2765 §2.1).
  { start: ipaddr.IPv6.parse('::ffff:0:0:0'), bits: 96, at: 12 },
  // NAT64: the well-known prefix (RFC 6052 §2.1), and the usual one of those for local use (RFC 8215 §3).
  { start: ipaddr.IPv6.parse('64:ff9b::'), bits: 96, at: 12 },
  { start: ipaddr.IPv6.parse('64:ff9b:1::'), bits: 96, at: 12 },
  // 6to4: the whole site is behind the address (RFC 3056 §2).
  { start: ipaddr.IPv6.parse('2002::'), bits: 16, at: 2 },
  // Teredo: the outer address of the client's NAT (RFC 4380 §4).
  { start: ipaddr.IPv6.parse('2001::'), bits: 32, at: 12, inverted: true },
];

/**
 * The address that this text spells: IPv4 in four decimal parts, or IPv6 in any spelling, with or without a zone,
 * which is dropped. An IPv4 address in IPv6's spelling is given as IPv4. `undefined` when it spells none.
 */
export function parseAddress(text: string): Address | undefined {
  const address = parseAsWritten(text);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** The address of a peer in its usual spelling, as `parseAddress` reads it. `unknown` if there is no address. */
export function plainAddress(text: string | undefined): string {
  return (text === undefined ? undefined : parseAddress(text)?.toString()) ?? 'unknown';
}

/**
 * The network of this address, as a text that is the same for all of its addresses: an IPv4 address by itself, the
 * first 64 bits of an IPv6 address, or the IPv4 address that an IPv6 address carries. A text that is not an address is
 * a network of its own.
 */
export function networkOf(text: string): string {
  const address = parseAddress(text);
  return address ? spelling(networkAround(address)) : text;
}

/** Whether the address is one of this machine's own. */
export function isLoopback(address: string): boolean {
  return parseAddress(address)?.range() === 'loopback';
}

/** Whether a host, by name or address, is this machine alone. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host);
}

/** The network that this address counts as. */
export function networkAround(address: Address): Network {
  const host = hostOf(address);
  return host instanceof ipaddr.IPv4 ? { start: host, bits: 32 } : startingAt(host, IPV6_NETWORK_BITS);
}

/**
 * The range that this text names, from its first address on: `address/bits`, or an address, which stands for the
 * network it counts as. A range of IPv6 addresses that all carry IPv4 addresses is given as the range of those.
 * `undefined` when it is neither.
 */
export function parseRange(text: string): Network | undefined {
  const [address, length, ...rest] = text.split('/');
  const start = address === undefined ? undefined : parseAsWritten(address);
  if (!start || rest.length > 0) return undefined;
  if (length === undefined) return networkAround(start);
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : NaN;
  if (!(bits <= sizeOf(start))) return undefined;
  return carriedRange(start, bits) ?? startingAt(start, bits);
}

/** Whether the address lies in the range, as it is written or by the IPv4 address that it carries. */
export function isIn(address: Address, { start, bits }: Network): boolean {
  return [address, hostOf(address)].some((one) => one.kind() === start.kind() && one.match(start, bits));
}

/** A network as a text: `192.0.2.1`, `2001:db8::/64`. */
export function spelling({ start, bits }: Network): string {
  return start instanceof ipaddr.IPv4 && bits === 32 ? start.toString() : `${start.toString()}/${bits}`;
}

/** The IPv4 address that an IPv6 address carries; for all others, the address itself. */
function hostOf(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  const carrier = CARRIERS.find(({ start, bits }) => address.match(start, bits));
  return carrier ? carried(address, carrier) : address;
}

function carried(address: ipaddr.IPv6, { at, inverted }: Carrier): ipaddr.IPv4 {
  const bytes = address.toByteArray().slice(at, at + 4);
  return new ipaddr.IPv4(inverted ? bytes.map((byte) => byte ^ 0xff) : bytes);
}

/** A range that covers all of the carrier's own bits is a range of IPv4 addresses. */
function carriedRange(start: Address, bits: number): Network | undefined {
  if (start instanceof ipaddr.IPv4) return undefined;
  const carrier = CARRIERS.find((one) => bits >= 8 * one.at && start.match(one.start, one.bits));
  return carrier && startingAt(carried(start, carrier), Math.min(bits - 8 * carrier.at, 32));
}

function startingAt(address: Address, bits: number): Network {
  const bytes = address
    .toByteArray()
    .map((byte, i) => byte & (0xff00 >> Math.min(Math.max(bits - 8 * i, 0), 8)));
  return { start: ipaddr.fromByteArray(bytes), bits };
}

function sizeOf(address: Address): number {
  return address instanceof ipaddr.IPv4 ? 32 : 128;
}

function parseAsWritten(text: string): Address | undefined {
  // Node writes zones that the library does not read: `fe80::1%br-lan`.
  const [digits = ''] = text.split('%');
  if (ipaddr.IPv4.isValidFourPartDecimal(digits)) return ipaddr.IPv4.parse(digits);
  return ipaddr.IPv6.isValid(digits) ? ipaddr.IPv6.parse(digits) : undefined;
}
