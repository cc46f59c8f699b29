/**
 * Captures that other programs trip over: what is opened in them is what tshark opens, and no byte is lost
 * silently.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { concat, toHex } from '#wire/bytes';
import { describeVectors } from '../../../test/support/needs.ts';
import { Dissection } from '../index.ts';
import { type ReadCapture, readCapture, secretEvents } from '../pcapng-read.ts';

type Opened = Readonly<Record<string, { readonly first: string; readonly second: string }>>;

/**
 * In these tshark opens nothing, or not everything: the expected bytes are those of the file that they were
 * made from.
 */
const BETTER: ReadonlySet<string> = new Set([
  'net-gz-ok.pcap.gz',
  'net-gz-trailing-zeros.pcap.gz',
  'net-gz-trailing.pcap.gz',
  'net-gz-two-members.pcap.gz',
  'net-gz-badcrc.pcap.gz',
  'net-ipv6-jumbo0.pcap',
  'ng-dsb-end.pcapng',
  'tcp-serverhello-before-clienthello.pcap',
  'tcp-shuffled.pcap',
  'tcp-skew-all-client-first.pcap',
  'tcp-skew-all-client-first-12.pcap',
]);
/**
 * Here more is opened than by tshark: what follows a gap, and the second of two connections that it takes for
 * one.
 */
const MORE: ReadonlySet<string> = new Set([
  'tcp-gap-one-record-lost.pcap',
  'tcp-gap12-one-record-lost.pcap',
  'tcp-port-reuse-no-second-syn.pcap',
]);
const NOT_READ: ReadonlySet<string> = new Set(['net-gz-of-gz.pcap.gz', 'net-gz-cut.pcap.gz']);

describeVectors('captures', 'captures of all layers, and packets in any order', (folder) => {
  const expected = JSON.parse(readFileSync(join(folder, 'expected-tshark.json'), 'utf8')) as Record<
    string,
    Opened
  >;
  const names = readdirSync(folder).filter((name) => /^(tcp|net|ng|pppoe)-.*\.pcap/.test(name));
  const plain = sides(expected['net-plain.pcap'] ?? {});

  it.each(names.filter((name) => !NOT_READ.has(name)))('%s', (name) => {
    const capture = readCapture(readFileSync(join(folder, name)));
    const seen = opened(capture, keysOf(name));
    const theirs = BETTER.has(name) ? plain : sides(expected[name] ?? {});
    if (MORE.has(name)) expect(seen.join(' ').length).toBeGreaterThan(theirs.join(' ').length);
    else expect(seen).toEqual(theirs);
    const { payload, packets, skipped } = capture;
    const count = (list: readonly { readonly bytes: number }[]): number =>
      list.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(payload.delivered + count(payload.unread)).toBe(payload.bytes);
    const left = skipped.reduce((sum, { count: n, blocks }) => sum + (blocks ? 0 : n), 0);
    expect(payload.segmentPackets + left).toBe(packets);
  });

  function keysOf(name: string): string {
    const bare = name.replace(/\.pcap.*/, '');
    const file = [bare, 'net-gz']
      .map((stem) => join(folder, `${stem}.keys`))
      .find((path) => existsSync(path));
    return file !== undefined && (bare.startsWith('net-gz') || file.endsWith(`${bare}.keys`))
      ? readFileSync(file, 'utf8')
      : '';
  }
});

/** Application data of each flow and direction, without those that have none, in a fixed order. */
function opened(capture: ReadCapture, keys: string): string[] {
  const dissection = new Dissection();
  dissection.addAll([...secretEvents(keys, 0), ...capture.events]);
  return dissection.flows
    .flatMap(({ id }) =>
      (['c2s', 's2c'] as const).map((dir) =>
        toHex(
          concat(
            dissection
              .records(id)
              .flatMap((record) =>
                record.dir === dir && record.title === 'application_data' && record.plain
                  ? [record.plain]
                  : [],
              ),
          ),
        ),
      ),
    )
    .filter((hex) => hex !== '')
    .sort();
}

function sides(opened: Opened): string[] {
  return Object.values(opened)
    .flatMap(({ first, second }) => [first, second])
    .filter((hex) => hex !== '')
    .sort();
}
