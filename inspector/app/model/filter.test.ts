import { describe, expect, it } from 'vitest';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { loadPatterns } from '../reading/patterns.ts';
import { ALL_RECORDS, isExpression, readSearch } from './filter.ts';
import { TrafficReader } from '../reading/traffic-reader.ts';
import { EXAMPLES, suggestionsFor } from './suggestions.ts';

const reader = new TrafficReader();
const { log } = reader;
reader.add(
  traffic({
    flow: 1,
    wire: 'psk',
    lines: [
      { dir: 'c2s', message: { type: 'say', text: 'time flies == true!' } },
      { dir: 's2c', message: { type: 'ack', id: 1, room: 'lobby', ts: 0 } },
    ],
  }),
);
reader.readOn(() => false);
const flowOf = (id: number) => log.flow(id);

function found(text: string): string[] | string {
  const search = readSearch(text);
  if (search.kind === 'fault') return search.fault.message;
  if (search.kind === 'loading') return search.kind;
  return log
    .records('psk')
    .filter((record) => search.fits(record, flowOf))
    .map(({ title }) => title);
}

describe('the search box', () => {
  it.each([
    'north gate',
    'time',
    'time flies',
    'tls',
    'hello!',
    'rock and roll',
    'it contains eggs',
    '"a == b"',
    'a < b',
    '3.14',
  ])('takes %j for words', (text) => expect(isExpression(text)).toBe(false));

  it.each([
    'msg.type',
    'msg.',
    'len > 5',
    'len >',
    'wire == x',
    'contains "a"',
    '(tls)',
    '!frame',
    'not msg.ref',
    'psk and dir == c2s',
    'lower(title)',
    'raw contains 17:03',
    'len = 5',
  ])('takes %j for a filter', (text) => expect(isExpression(text)).toBe(true));

  it('finds words without regard to case, and applies filters', () => {
    expect(found('TIME')).toEqual(['say']);
    expect(found('"flies == true"')).toEqual(['say']);
    expect(found('msg.text contains "flies"')).toEqual(['say']);
    expect(found('msg.type in {"say", "ack"}')).toEqual(['say', 'ack']);
    expect(found('msg.typ == "say"')).toBe('at 1: msg.typ is not a field; did you mean msg.type?');
    expect(found('  ')).toHaveLength(5);
    expect(readSearch('')).toBe(ALL_RECORDS);
  });
});

describe('a filter with a regular expression', () => {
  const text = 'msg.text matches "^TIME"';

  it('waits for the engine, which the page loads only then', async () => {
    expect(readSearch(text).kind).toBe('loading');
    expect(readSearch('msg.type == "say"').kind).toBe('filter');
    expect(readSearch(text, await loadPatterns()).kind).toBe('filter');
  });
});

describe('suggestions', () => {
  const taken = (text: string, cursor = text.length): string[] =>
    suggestionsFor(text, cursor).map(({ result }) => result.text);

  it('begin with examples, each of them a filter that compiles', () => {
    expect(taken('')).toEqual(EXAMPLES.map(({ text }) => text));
    expect(EXAMPLES.map(({ text }) => readSearch(text).kind)).toEqual(['filter', 'filter', 'filter']);
  });

  it('complete a filter, with room for what comes next', () => {
    expect(taken('msg.ty')).toEqual(['msg.type ']);
    expect(taken('dir == c2')).toEqual(['dir == c2s ']);
    expect(taken('msg.ty == "say"', 6)).toEqual(['msg.type == "say"']);
    expect(taken('dir == c2s')).toEqual([]);
  });

  it('do not appear for words, unless a name begins like that', () => {
    expect(taken('north gate')).toEqual([]);
    expect(taken('gate')).toEqual([]);
    expect(taken('sta')).toEqual(['state ']);
  });
});
