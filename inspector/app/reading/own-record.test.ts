import { describe, expect, it } from 'vitest';
import type { WireRecord } from '#dissect/model';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { OwnRecordReader } from './own-record.ts';
import { TrafficReader } from './traffic-reader.ts';
import {
  NOTHING_SAID,
  type Saying,
  isOwnRecord,
  readOwn,
  withPosition,
  withSaying,
} from '../model/sayings.ts';

const say = (text: string) => ({ dir: 'c2s', message: { type: 'say', text } }) as const;
const bye = { dir: 'c2s', message: { type: 'bye' } } as const;
const join = { dir: 'c2s', message: { type: 'join' } } as const;

/** Two connections from the same port, one after the other; the page said what the first one carries. */
function logOf(wire: 'plain' | 'psk', keys = true): TrafficReader {
  const reader = new TrafficReader();
  reader.add(traffic({ flow: 1, wire, lines: [join, say('north gate'), say('at nine'), bye], start: 1_000 }));
  reader.add(traffic({ flow: 2, wire, lines: [join, say('somebody else')], start: 90_000 }));
  reader.setKeys(keys);
  reader.readOn(() => false);
  return reader;
}

function recordWith({ log }: TrafficReader, text: string): WireRecord {
  const saying = { ...saidAt(0), text };
  const found = new OwnRecordReader().read(log.records('psk'), saying, (id) => log.flow(id));
  if (!found) throw new Error(`nobody says ${text}`);
  return found;
}

const saidAt = (at: number): Saying => ({
  request: 'a-1',
  text: 'at nine',
  messageId: 1,
  milliseconds: 2,
  at,
  port: 5000,
});

describe('the record of a message of this page', () => {
  const opened = logOf('psk');
  const wanted = recordWith(opened, 'at nine');
  const find = ({ log }: TrafficReader, saying: Saying, wire: 'plain' | 'psk' = 'psk') =>
    new OwnRecordReader().read(log.records(wire), saying, (id) => log.flow(id));

  it('is found by its text', () => {
    expect(find(opened, saidAt(1_000))?.index).toBe(wanted.index);
    const plain = logOf('plain');
    expect(find(plain, saidAt(1_000), 'plain')).toBe(plain.log.records('plain')[2]);
  });

  it('is found without keys by the time it was sent: the first record after that', () => {
    const sealed = logOf('psk', false);
    const found = find(sealed, saidAt(wanted.time - 0.5));
    expect(found).toMatchObject({ state: 'no-key', index: wanted.index });
    expect(found?.raw).toEqual(wanted.raw);
  });

  it('is found without keys by its position, once it was read with them', () => {
    const { time, offset } = wanted;
    const saying = { ...saidAt(1_000), position: { time, offset } };
    expect(find(logOf('psk', false), saying)?.index).toBe(wanted.index);
  });

  it('is not what somebody else said later from the same port', () => {
    expect(find(opened, { ...saidAt(1_000), text: 'somebody else' })).toBeUndefined();
    expect(find(opened, { ...saidAt(1_000), port: 5001 })).toBeUndefined();
  });

  it('stays the same one when records come before and after it', () => {
    const reader = new OwnRecordReader();
    const tap = logOf('psk');
    const { log } = tap;
    const read = () => reader.read(log.records('psk'), saidAt(1_000), (id) => log.flow(id));
    const before = read();
    tap.add(traffic({ flow: 3, wire: 'psk', lines: [say('at nine')], start: 900 }));
    tap.add(traffic({ flow: 4, wire: 'psk', lines: [say('at nine')], start: 5_000 }));
    tap.readOn(() => false);
    expect(read()).toBe(before);
  });
});

describe('what this page sent', () => {
  const own = withSaying(NOTHING_SAID, 'psk', saidAt(1_006));
  const mine = ({ log }: TrafficReader) =>
    log
      .records('psk')
      .filter((record) => isOwnRecord(own.connections, record, log.flow(record.flow)!))
      .map(({ flow, title }) => `${flow} ${title}`);

  it('is each message on its own connection since the first one, but not its goodbye', () => {
    expect(mine(logOf('psk'))).toEqual(['1 say', '1 say']);
  });

  it('is recognised without keys, though not told apart from other records of the client', () => {
    expect(mine(logOf('psk', false))).toEqual(['1 data', '1 data', '1 data']);
  });

  it('is stored as text, and any other stored text counts as empty', () => {
    const positioned = withPosition(own, 'psk', { time: 1_010.25, offset: 99 });
    expect(readOwn(JSON.stringify(positioned))).toEqual(positioned);
    for (const text of [null, '', '[]', '{"last":7}', '{"last":{},"connections":[{"wire":"tin can"}]}'])
      expect(readOwn(text)).toEqual(NOTHING_SAID);
  });

  it('remembers each connection once, and not more of them than it may', () => {
    let many = NOTHING_SAID;
    for (let port = 1; port <= 300; port++) {
      for (const at of [port, port + 0.5]) many = withSaying(many, 'tls', { ...saidAt(at), port });
    }
    expect(many.connections).toHaveLength(200);
    expect(many.connections.at(-1)).toEqual({ wire: 'tls', port: 300, since: 300 });
  });
});
