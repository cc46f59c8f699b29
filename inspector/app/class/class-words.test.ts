import { describe, expect, it } from 'vitest';
import type { Me, OpenedTraffic, PersonRow } from '#dissect/page-class';
import { isLeading, listed, openedLines } from './band-words.ts';
import { matching, sorted } from './people.ts';
import { canLead } from './places.ts';

const ada: Me = { id: 2, name: 'Ada', role: 'student' };
const lee: Me = { id: 1, name: 'Lee', role: 'instructor' };
const opened = (person: number, name: string, by = 'Lee'): OpenedTraffic => ({ person, name, by, since: 0 });

describe('what the class is told of opened traffic', () => {
  it('names one’s own first, then that of others by who reads it', () => {
    const all = [opened(3, 'Ben'), opened(2, 'Ada'), opened(4, 'Cleo', 'Kim')];
    expect(openedLines(all, ada)).toEqual([
      expect.stringMatching(/^Lee is reading your traffic, since \d\d:\d\d\.$/),
      expect.stringMatching(/^Lee is reading the traffic of Ben, since/),
      expect.stringMatching(/^Kim is reading the traffic of Cleo, since/),
    ]);
    expect(openedLines([opened(3, 'Ben')], lee)).toEqual([expect.stringMatching(/^You are reading/)]);
    expect(openedLines([opened(2, 'Ada', 'Instructor')], ada)[0]).toMatch(/^The instructor is/);
    expect(openedLines([], ada)).toEqual([]);
  });

  it('counts the names that would be too many', () => {
    expect(listed(['Ada'])).toBe('Ada');
    expect(listed(['Ada', 'Ben'])).toBe('Ada and Ben');
    expect(listed(['Ada', 'Ben', 'Cleo', 'Dan'])).toBe('Ada, Ben, Cleo and Dan');
    expect(listed(['Ada', 'Ben', 'Cleo', 'Dan', 'Eli'])).toBe('Ada, Ben, Cleo and 2 more');
  });
});

describe('the list of people', () => {
  const row = (name: string, state: PersonRow['state'], address = '10.0.0.1'): PersonRow => ({
    id: 0,
    name,
    role: 'student',
    state,
    joined: 0,
    seen: 0,
    address,
    place: '/',
    wires: [],
    labs: [],
  });

  it('has those first who are here, by name, with numbers as numbers', () => {
    const people = [row('zoe', 'removed'), row('pc-10', 'here'), row('Ada', 'away'), row('PC-9', 'here')];
    expect(sorted(people).map(({ name }) => name)).toEqual(['PC-9', 'pc-10', 'Ada', 'zoe']);
  });

  it('finds people by a part of their name or address', () => {
    const people = [row('Ada', 'here', '192.168.1.7'), row('Ben', 'here')];
    const found = (text: string) => matching(people, text).map(({ name }) => name);
    expect([found('aD'), found('168'), found(' '), found('x')]).toEqual([
      ['Ada'],
      ['Ada'],
      ['Ada', 'Ben'],
      [],
    ]);
  });
});

describe('where a class is led', () => {
  it('is a view that every device can show, and no file of one device', () => {
    expect(['/', '/inspect#record=3.1', '/pictures?capture=tls13', '/chat'].map(canLead)).toEqual(
      Array(4).fill(true),
    );
    expect(['/console', '/class', '/attacks', '/inspect?file=own.pcap'].map(canLead)).toEqual(
      Array(4).fill(false),
    );
  });

  it('is led by whoever shows it, who is no student', () => {
    const look = { place: '/', by: 'Lee', since: 0 };
    expect(isLeading({ me: lee, look })).toBe(true);
    expect(isLeading({ me: { ...ada, name: 'Lee' }, look })).toBe(false);
    expect(isLeading({ me: lee, look: null })).toBe(false);
  });
});
