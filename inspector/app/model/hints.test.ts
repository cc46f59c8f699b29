import { describe, expect, it } from 'vitest';
import { readSearch } from './filter.ts';
import { hintsFor } from './hints.ts';

const TITLES = ['client_hello', 'server_hello', 'join', 'say', 'say, say', 'client_finished'];

describe('hints', () => {
  it.each([
    ['client hello', 'client_hello'],
    ['Client-Hello', 'client_hello'],
    ['clent_hello', 'client_hello'],
    ['size>500', 'len > 500'],
    ['length = 5', 'len == 5'],
    ['from == heron', 'msg.from == heron'],
    ['sender contains a b', 'msg.from contains "a b"'],
    ['msg.tex contains "x"', 'msg.text contains "x"'],
  ])('%s: %s', (text, first) => expect(hintsFor(text, TITLES)[0]).toBe(first));

  it('are filters that compile, or words that occur', () => {
    for (const text of ['size>500', 'bytes <= 7', 'user == heron', 'sender contains a b']) {
      for (const hint of hintsFor(text, TITLES))
        expect([hint, readSearch(hint).kind]).toEqual([hint, 'filter']);
    }
  });

  it('are none where nothing is near, and never the text itself', () => {
    expect(hintsFor('', TITLES)).toEqual([]);
    expect(hintsFor('Zur Brücke um neun', TITLES)).toEqual([]);
    expect(hintsFor('client_hello', TITLES)).not.toContain('client_hello');
  });
});
