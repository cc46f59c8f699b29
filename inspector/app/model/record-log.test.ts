import { describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { newsOf } from '../../../test/support/dissection/news.ts';
import { traffic, type Line } from '../../../test/support/flows/traffic.ts';
import { type Filter, NO_FILTER, isHandshake, passes, readSearch } from './filter.ts';
import { RecordLog } from './record-log.ts';

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
function take(made: RecordLog, events: Iterable<TapEvent>): void {
  made.add(events);
  made.readOn(() => false);
}

function log(...wires: ('plain' | 'psk')[]): RecordLog {
  const made = new RecordLog();
  wires.forEach((wire, index) =>
    take(made, traffic({ flow: index + 1, wire, lines: TALK, start: 1000 * index })),
  );
  return made;
}

function setKeys(made: RecordLog, visible: boolean): void {
  made.setKeys(visible);
  made.readOn(() => false);
}

const titles = (made: RecordLog, wire: 'plain' | 'psk') => made.records(wire).map(({ title }) => title);

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
    const before = made.records('plain');
    take(made, traffic({ flow: 9, wire: 'psk', lines: [] }));
    expect(made.records('plain')).toBe(before);
    take(made, traffic({ flow: 10, wire: 'plain', lines: TALK }));
    expect(made.records('plain')).toHaveLength(before.length + 4);
  });

  it('lose their content with the keys, and get it back', () => {
    const made = log('psk');
    setKeys(made, false);
    expect(made.records('psk').filter(({ state }) => state === 'opened')).toEqual([]);
    expect(JSON.stringify(made.records('psk'))).not.toContain('Zur');
    setKeys(made, true);
    expect(titles(made, 'psk')).toContain('say');
  });

  it('begin after what was cleared, even when everything is sent again', () => {
    const made = log('plain');
    made.clear();
    expect(made.records('plain')).toEqual([]);
    const [first] = traffic({ flow: 1, wire: 'plain', lines: TALK, start: 0 });
    made.reset();
    take(made, [first!, ...traffic({ flow: 1, wire: 'plain', lines: [...TALK, TALK[1]!], start: 0 })]);
    expect(titles(made, 'plain')).toEqual(['say']);
  });

  it('do not come back with the keys once they are cleared', () => {
    const made = log('psk');
    made.clear();
    setKeys(made, false);
    expect(made.records('psk')).toEqual([]);
  });

  it('come as they are read, and sealed ones are removed before they are read again', () => {
    const made = new RecordLog();
    made.add(traffic({ flow: 1, wire: 'psk', lines: TALK }));
    expect([made.unread, made.records('psk')]).toEqual([7, []]);
    made.readOn(() => true);
    expect(made.unread).toBe(7);
    let steps = 0;
    made.readOn(() => ++steps > 5);
    expect(titles(made, 'psk')).toEqual(['client_hello', 'server_hello', 'client_finished', 'join', 'say']);
    made.setKeys(false);
    expect([made.unread, made.records('psk')]).toEqual([7, []]);
    made.readOn(() => false);
    expect(made.unread).toBe(0);
    expect(made.records('psk').map(({ state }) => state)).toEqual([
      ...['clear', 'clear', 'clear'],
      ...['no-key', 'no-key', 'no-key', 'no-key'],
    ]);
  });

  it('stay under a cap: whole connections are dropped, finished ones first', () => {
    const made = new RecordLog(10);
    const end = (flow: number): TapEvent => ({ kind: 'end', flow, dir: 'c2s', time: 1, how: 'reset' });
    take(made, traffic({ flow: 1, wire: 'plain', lines: TALK, start: 0 }));
    take(made, [...traffic({ flow: 2, wire: 'plain', lines: TALK, start: 100 }), end(2)]);
    expect(made.letGo).toBe(0);
    take(made, traffic({ flow: 3, wire: 'plain', lines: TALK, start: 200 }));
    expect(made.records('plain').map(({ flow }) => flow)).toEqual([1, 1, 1, 1, 3, 3, 3, 3]);
    expect(made.letGo).toBe(1);
    take(made, traffic({ flow: 2, wire: 'plain', lines: TALK, start: 300 }).slice(1));
    expect(made.records('plain')).toHaveLength(8);
    made.forget([2]);
    expect(made.letGo).toBe(0);
  });

  it('are removed with the flows that the tap drops', () => {
    const made = log('plain', 'plain');
    made.forget([1]);
    expect(made.records('plain').map(({ flow }) => flow)).toEqual([2, 2, 2, 2]);
  });
});

describe('the news of a wire', () => {
  it('is what was said on it, rather than what was delivered on it', () => {
    const news = newsOf(log('psk').records('psk'));
    expect(news?.said).toMatchObject({ title: 'say', text: 'Zur Brücke', from: undefined });
  });

  it('is what was delivered if nothing was said', () => {
    const made = new RecordLog();
    take(made, traffic({ flow: 1, wire: 'plain', lines: [TALK[3]!] }));
    expect(newsOf(made.records('plain'))?.said).toMatchObject({
      title: 'message',
      from: 'otter',
      via: 'tls',
    });
  });

  it('names the speaker as the server named the client of that connection', () => {
    const made = new RecordLog();
    take(made, traffic({ flow: 1, wire: 'psk', lines: [TALK[0]!, JOINED, TALK[1]!] }));
    expect(newsOf(made.records('psk'))?.speaker).toBe('heron');
    take(made, traffic({ flow: 2, wire: 'psk', lines: [TALK[1]!], start: 1_800_000_000_000 }));
    expect(newsOf(made.records('psk'))?.speaker).toBeUndefined();
  });

  it('is a length and a time without the keys', () => {
    const made = log('psk');
    const open = newsOf(made.records('psk'))!;
    setKeys(made, false);
    const sealed = newsOf(made.records('psk'))!;
    expect(sealed.said).toBeUndefined();
    expect(sealed.record.raw).toEqual(open.record.raw);
  });

  it('has sizes that add up to the record', () => {
    for (const wire of ['plain', 'psk'] as const) {
      const { record, said } = newsOf(log(wire).records(wire))!;
      const { text, frame, channel, total } = said!.sizes;
      expect(text + frame + channel).toBe(total);
      expect(total).toBe(record.raw.length);
      // Twelve bytes of header and sixteen of tag.
      expect(channel).toBe(wire === 'psk' ? 28 : 0);
    }
  });

  it('knows which bytes on the wire carry the text', () => {
    const { record, said } = newsOf(log('plain').records('plain'))!;
    const [range] = said!.textRanges;
    expect(new TextDecoder().decode(record.raw.subarray(range!.start, range!.end))).toBe('"Zur Brücke"');
    expect(newsOf(log('psk').records('psk'))!.said!.textRanges).toEqual([
      { start: range!.start + 12, end: range!.end + 12 },
    ]);
  });
});

describe('the filter', () => {
  /** Titles of the records of a log that a filter leaves over. */
  const left = (made: RecordLog, change: Partial<Filter>): string[] => {
    const search = readSearch(change.search ?? '');
    if (search.kind === 'fault') return [search.fault.message];
    if (search.kind === 'loading') return [search.kind];
    const filter = { ...NO_FILTER, ...change };
    const flowOf = (id: number) => made.flow(id);
    const isMine = () => false;
    const records = made
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
    expect(made.records('psk').map(isHandshake)).toEqual([true, true, true, false, false, false, false]);
  });
});
