import { describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { newsOf } from '../../../test/support/dissection/news.ts';
import { traffic, type Line } from '../../../test/support/flows/traffic.ts';
import { type Filter, NO_FILTER, isHandshake, passes, readSearch } from '../model/filter.ts';
import { TrafficReader } from './traffic-reader.ts';

const TALK: readonly Line[] = [
  { dir: 'c2s', message: { type: 'join' } },
  { dir: 'c2s', message: { type: 'say', text: 'Zur Brücke' } },
  { dir: 's2c', message: { type: 'ack', id: 7, room: 'lobby', ts: 1 } },
  {
    dir: 's2c',
    message: { type: 'message', id: 8, room: 'lobby', from: 'otter', text: 'Wann?', ts: 2, via: 'tls' },
  },
];

const JOINED: Line = {
  dir: 's2c',
  message: {
    type: 'joined',
    room: 'lobby',
    name: 'heron',
    token: '00'.repeat(16),
    members: ['heron'],
    count: 1,
    messages: [],
    more: false,
  },
};

/** Takes events in and reads them all. */
function take(made: TrafficReader, events: Iterable<TapEvent>): void {
  made.add(events);
  made.readOn(() => false);
}

function log(...wires: ('plain' | 'psk')[]): TrafficReader {
  const made = new TrafficReader();
  wires.forEach((wire, index) =>
    take(made, traffic({ flow: index + 1, wire, lines: TALK, start: 1000 * index })),
  );
  return made;
}

function setKeys(made: TrafficReader, visible: boolean): void {
  made.setKeys(visible);
  made.readOn(() => false);
}

const titles = (made: TrafficReader, wire: 'plain' | 'psk') =>
  made.log.records(wire).map(({ title }) => title);

describe('the records of a wire', () => {
  it('are those of its own connections, in order of time', () => {
    const made = log('psk', 'plain', 'plain');
    expect(titles(made, 'plain')).toEqual(['join', 'say', 'ack', 'message', 'join', 'say', 'ack', 'message']);
    expect(titles(made, 'psk').slice(0, 4)).toEqual([
      'client_hello',
      'server_hello',
      'client_finished',
      'join',
    ]);
  });

  it('are the same array until one of them changes', () => {
    const made = log('plain', 'psk');
    const before = made.log.records('plain');
    take(made, traffic({ flow: 9, wire: 'psk', lines: [] }));
    expect(made.log.records('plain')).toBe(before);
    take(made, traffic({ flow: 10, wire: 'plain', lines: TALK }));
    expect(made.log.records('plain')).toHaveLength(before.length + 4);
  });

  it('lose their content with the keys, and get it back', () => {
    const made = log('psk');
    setKeys(made, false);
    expect(made.log.records('psk').filter(({ state }) => state === 'opened')).toEqual([]);
    expect(JSON.stringify(made.log.records('psk'))).not.toContain('Zur');
    setKeys(made, true);
    expect(titles(made, 'psk')).toContain('say');
  });

  it('begin after what was cleared, even when everything is sent again', () => {
    const made = log('plain');
    made.log.clear();
    expect(made.log.records('plain')).toEqual([]);
    const [first] = traffic({ flow: 1, wire: 'plain', lines: TALK, start: 0 });
    made.reset();
    take(made, [first!, ...traffic({ flow: 1, wire: 'plain', lines: [...TALK, TALK[1]!], start: 0 })]);
    expect(titles(made, 'plain')).toEqual(['say']);
  });

  it('do not come back with the keys once they are cleared', () => {
    const made = log('psk');
    made.log.clear();
    setKeys(made, false);
    expect(made.log.records('psk')).toEqual([]);
  });

  it('come as they are read, and sealed ones are removed before they are read again', () => {
    const made = new TrafficReader();
    made.add(traffic({ flow: 1, wire: 'psk', lines: TALK }));
    expect([made.unread, made.log.records('psk')]).toEqual([7, []]);
    made.readOn(() => true);
    expect(made.unread).toBe(7);
    let steps = 0;
    made.readOn(() => ++steps > 5);
    expect(titles(made, 'psk')).toEqual(['client_hello', 'server_hello', 'client_finished', 'join', 'say']);
    made.setKeys(false);
    expect([made.unread, made.log.records('psk')]).toEqual([7, []]);
    made.readOn(() => false);
    expect(made.unread).toBe(0);
    expect(made.log.records('psk').map(({ state }) => state)).toEqual([
      ...['clear', 'clear', 'clear'],
      ...['no-key', 'no-key', 'no-key', 'no-key'],
    ]);
  });

  it('stay under a cap: whole connections are dropped, finished ones first', () => {
    const made = new TrafficReader(10);
    const end = (flow: number): TapEvent => ({ kind: 'end', flow, dir: 'c2s', time: 1, how: 'reset' });
    take(made, traffic({ flow: 1, wire: 'plain', lines: TALK, start: 0 }));
    take(made, [...traffic({ flow: 2, wire: 'plain', lines: TALK, start: 100 }), end(2)]);
    expect(made.log.letGo).toBe(0);
    take(made, traffic({ flow: 3, wire: 'plain', lines: TALK, start: 200 }));
    expect(made.log.records('plain').map(({ flow }) => flow)).toEqual([1, 1, 1, 1, 3, 3, 3, 3]);
    expect(made.log.letGo).toBe(1);
    take(made, traffic({ flow: 2, wire: 'plain', lines: TALK, start: 300 }).slice(1));
    expect(made.log.records('plain')).toHaveLength(8);
    made.log.forget([2]);
    expect(made.log.letGo).toBe(0);
  });

  it('are removed with the flows that the tap drops', () => {
    const made = log('plain', 'plain');
    made.log.forget([1]);
    expect(made.log.records('plain').map(({ flow }) => flow)).toEqual([2, 2, 2, 2]);
  });
});

describe('the news of a wire', () => {
  it('is what was said on it, rather than what was delivered on it', () => {
    const news = newsOf(log('psk').log.records('psk'));
    expect(news?.said).toMatchObject({ title: 'say', text: 'Zur Brücke', from: undefined });
  });

  it('is what was delivered if nothing was said', () => {
    const made = new TrafficReader();
    take(made, traffic({ flow: 1, wire: 'plain', lines: [TALK[3]!] }));
    expect(newsOf(made.log.records('plain'))?.said).toMatchObject({
      title: 'message',
      from: 'otter',
      via: 'tls',
    });
  });

  it('names the speaker as the server named the client of that connection', () => {
    const made = new TrafficReader();
    take(made, traffic({ flow: 1, wire: 'psk', lines: [TALK[0]!, JOINED, TALK[1]!] }));
    expect(newsOf(made.log.records('psk'))?.speaker).toBe('heron');
    take(made, traffic({ flow: 2, wire: 'psk', lines: [TALK[1]!], start: 1_800_000_000_000 }));
    expect(newsOf(made.log.records('psk'))?.speaker).toBeUndefined();
  });

  it('is a length and a time without the keys', () => {
    const made = log('psk');
    const open = newsOf(made.log.records('psk'))!;
    setKeys(made, false);
    const sealed = newsOf(made.log.records('psk'))!;
    expect(sealed.said).toBeUndefined();
    expect(sealed.record.raw).toEqual(open.record.raw);
  });

  it('has sizes that add up to the record', () => {
    for (const wire of ['plain', 'psk'] as const) {
      const { record, said } = newsOf(log(wire).log.records(wire))!;
      const { text, frame, channel, total } = said!.sizes;
      expect(text + frame + channel).toBe(total);
      expect(total).toBe(record.raw.length);
      // Twelve bytes of header and sixteen of tag.
      expect(channel).toBe(wire === 'psk' ? 28 : 0);
    }
  });

  it('knows which bytes on the wire carry the text', () => {
    const { record, said } = newsOf(log('plain').log.records('plain'))!;
    const [range] = said!.textRanges;
    expect(new TextDecoder().decode(record.raw.subarray(range!.start, range!.end))).toBe('"Zur Brücke"');
    expect(newsOf(log('psk').log.records('psk'))!.said!.textRanges).toEqual([
      { start: range!.start + 12, end: range!.end + 12 },
    ]);
  });
});

describe('the filter', () => {
  /** Titles of the records of a log that a filter leaves over. */
  const left = (made: TrafficReader, change: Partial<Filter>): string[] => {
    const search = readSearch(change.search ?? '');
    if (search.kind === 'fault') return [search.fault.message];
    if (search.kind === 'loading') return [search.kind];
    const filter = { ...NO_FILTER, ...change };
    const flowOf = (id: number) => made.log.flow(id);
    const isMine = () => false;
    const records = made.log
      .records('psk')
      .filter((record) => passes(record, filter, isMine, flowOf) && search.fits(record, flowOf));
    return records.map(({ title }) => title);
  };
  const shown = (change: object): string[] => left(log('psk'), change);

  it.each([
    [{}, ['client_hello', 'server_hello', 'client_finished', 'join', 'say', 'ack', 'message']],
    [{ dir: 's2c' }, ['server_hello', 'ack', 'message']],
    [{ part: 'handshake' }, ['client_hello', 'server_hello', 'client_finished']],
    [{ part: 'data', dir: 'c2s' }, ['join', 'say']],
    [{ search: ' BRÜCKE ' }, ['say']],
    [{ search: 'msg.text contains "Brücke"' }, ['say']],
    [{ flow: 2 }, []],
  ])('%j shows %j', (change, expected) => expect(shown(change)).toEqual(expected));

  it('finds nothing in sealed records', () => {
    const made = log('psk');
    setKeys(made, false);
    expect(left(made, { search: 'brücke' })).toEqual([]);
    expect(left(made, { search: 'msg.text contains "Brücke"' })).toEqual([]);
  });

  it('shows a record that may be a message as one', () => {
    const made = log('psk');
    setKeys(made, false);
    expect(made.log.records('psk').map(isHandshake)).toEqual([true, true, true, false, false, false, false]);
  });
});
