/**
 * Captures made to trip programs up: we open in each what tshark opens in it, byte for byte, except where tshark is
 * wrong or has nothing to say.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '#protocol/bytes';
import {
  type Opened,
  captureNames,
  dissectedCapture,
  openedIn,
} from '../support/captures/foreign-captures.ts';
import { describeVectors } from '../support/programs/needs.ts';

type Texts = readonly [client: string, server: string];
interface Rather {
  readonly why: string;
  /** What the two sides of each flow say, for the flows in which anything is said. */
  readonly opened: readonly Texts[];
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: example.test\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const TALK: Texts = [REQUEST, RESPONSE];
const nothing = (why: string): Rather => ({ why, opened: [] });
const gzip: Rather = { why: 'tshark does not find the key log, which all packed ones share', opened: [TALK] };
const badSecret = nothing('the only secrets have a wrong length');

/** Where we deliberately differ from tshark. */
const RATHER: Readonly<Record<string, Rather>> = {
  'net-gz-badcrc.pcap.gz': gzip,
  'net-gz-cut.pcap.gz': gzip,
  'net-gz-ok.pcap.gz': gzip,
  'net-gz-trailing.pcap.gz': gzip,
  'net-gz-trailing-zeros.pcap.gz': gzip,
  'net-gz-two-members.pcap.gz': gzip,
  'net-ipv6-jumbo0.pcap': {
    why: 'the length is 0 in packets that the network card was to split (as in net-tso0)',
    opened: [TALK],
  },
  'net-cut-in-header.pcap': nothing('the file ends before the first payload'),
  'net-usbpcap-none.pcap': nothing('no IP on this bus'),
  'net-snaplen96.pcap': nothing('the hellos are cut short'),
  'net-snaplen200.pcap': nothing('the hellos are cut short'),
  'ng-snap.pcapng': nothing('the hellos are cut short'),
  'tcp-mid-connection.pcap': nothing('the hellos were not captured'),
  'tcp-mid-handshake-noch.pcap': nothing('no ClientHello, and its random value finds the secrets'),
  'tcp-one-sided-client.pcap': nothing('no ServerHello, which says what opens the records'),
  'tcp-one-sided-server.pcap': nothing('no ClientHello, and its random value finds the secrets'),
  'long-secret.pcap': badSecret,
  'one-byte-secret.pcap': badSecret,
  'onebyte-master-tls12.pcap': badSecret,
  'short-master-tls12.pcap': badSecret,
  'short-secret-sha384.pcap': badSecret,
  'ng-dsb-end.pcapng': { why: 'secrets at the end of a file count', opened: [TALK] },
  'tcp-shuffled.pcap': { why: 'the order of arrival is not that of sending', opened: [TALK] },
  'tcp-serverhello-before-clienthello.pcap': {
    why: 'the order of capture is not that of sending',
    opened: [TALK],
  },
  'tcp-port-reuse-no-second-syn.pcap': {
    why: 'the second connection between the two ports opens too',
    opened: [TALK, TALK],
  },
  'tcp-skew-all-client-first.pcap': { why: 'the order of capture is not that of sending', opened: [TALK] },
  'tcp-skew-all-client-first-12.pcap': { why: 'the order of capture is not that of sending', opened: [TALK] },
  'tcp-gap-one-record-lost.pcap': {
    why: 'a lost record only shifts the sequence number',
    opened: [[`${REQUEST}message 0message 1message 3message 4`, RESPONSE]],
  },
  'tcp-gap12-one-record-lost.pcap': {
    why: 'a lost record only shifts the sequence number',
    opened: [[`${REQUEST}message 0message 1message 3message 4`, '']],
  },
  'post-handshake-auth.pcap': {
    why: 'after its certificate the client goes on under the same keys',
    opened: [[`${REQUEST}after pha`, `${RESPONSE}after ticket`]],
  },
  'resume-id-reverse-order-file.pcap': {
    why: 'the session that is resumed comes later',
    opened: [TALK, TALK],
  },
  'resume-ticket-only-first-key.pcap': {
    why: 'one master secret opens the whole chain of tickets',
    opened: [TALK, TALK, TALK, TALK],
  },
};

describeVectors('captures', 'captures that programs trip over', (folder) => {
  const expected = JSON.parse(readFileSync(join(folder, 'expected-tshark.json'), 'utf8')) as Record<
    string,
    Record<string, { readonly first: string; readonly second: string }>
  >;
  const opened = (name: string): string[] =>
    pairs(openedIn(dissectedCapture(folder, name).dissection).map(({ c2s, s2c }: Opened) => [c2s, s2c]));
  const byTshark = (name: string): string[] =>
    pairs(Object.values(expected[name] ?? {}).map(({ first, second }) => [first, second]));
  const ours = (name: string): string[] =>
    pairs((RATHER[name] as Rather).opened.map((sides) => sides.map((text) => toHex(utf8(text)))));

  describe.each(captureNames(folder).filter((name) => name !== 'net-gz-of-gz.pcap.gz'))('%s', (name) => {
    const { why } = RATHER[name] ?? {};
    it(`opens to ${why === undefined ? 'what tshark shows' : `what is right: ${why}`}`, () => {
      expect(opened(name)).toEqual(why === undefined ? byTshark(name) : ours(name));
    });
  });

  it('are refused when packed twice', () => {
    expect(() => opened('net-gz-of-gz.pcap.gz')).toThrow('packed with gzip twice');
  });

  it('are all known to tshark, and the table names none that is not there', () => {
    const names = captureNames(folder);
    expect(names).toEqual(Object.keys(expected).toSorted());
    expect(Object.keys(RATHER).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(Object.keys(RATHER))('are opened at least as far as tshark opens them: %s', (name) => {
    const said = (RATHER[name] as Rather).opened.flat().map((text) => toHex(utf8(text)));
    const shown = Object.values(expected[name] ?? {}).flatMap(({ first, second }) => [first, second]);
    expect(shown.filter((text) => text !== '' && !said.some((ours) => ours.startsWith(text)))).toEqual([]);
  });
});

/** tshark calls the side whose bytes it saw first the first one, so the order of the sides is left open. */
function pairs(sides: readonly (readonly string[])[]): string[] {
  return sides
    .filter((pair) => pair.some((side) => side !== ''))
    .map((pair) => pair.toSorted().join(' and '))
    .toSorted();
}
