import { describe, expect, it } from 'vitest';
import { Repeats } from './repeats.ts';
import type { AuditEntry } from '#chat/records';
import { LIMITS } from '#protocol/limits';

const banned = (ts: number, address = '203.0.113.9'): AuditEntry => ({
  ts,
  event: 'connection.banned',
  actor: `guest-${ts}`,
  address,
  via: 'plain',
});

const failed = (ts: number, subject: string): AuditEntry => ({
  ts,
  event: 'login.failed',
  actor: 'amber-fox',
  subject,
  address: '203.0.113.9',
  via: 'tls',
});

/** Which of these entries are written by themselves; one comes each millisecond, starting at 0. */
function begun(repeats: Repeats, entries: readonly AuditEntry[]): AuditEntry[] {
  return entries.filter((entry, at) => repeats.begins(entry, at));
}

const times = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('an event that repeats itself', () => {
  it('gets an entry when it begins, and one with the count when its minute is over', () => {
    const repeats = new Repeats();
    const all = times(877).map((ts) => banned(ts));
    expect(begun(repeats, all)).toEqual([banned(0)]);
    expect(repeats.due(59_999)).toEqual([]);
    expect(repeats.due(60_000)).toEqual([
      { ...banned(876), actor: 'several', detail: '876 more within 60 seconds' },
    ]);
    expect(repeats.due(120_000)).toEqual([]);
  });

  it('starts a new run after its minute', () => {
    const repeats = new Repeats();
    begun(repeats, [banned(0), banned(1)]);
    repeats.due(60_000);
    expect(repeats.begins(banned(2), 60_001)).toBe(true);
  });

  it('gets a single entry if it happens once', () => {
    const repeats = new Repeats();
    expect(begun(repeats, [banned(0)])).toHaveLength(1);
    expect(repeats.due(60_000)).toEqual([]);
  });

  it('is written at once when the server stops', () => {
    const repeats = new Repeats();
    begun(repeats, [banned(0), banned(1), banned(2)]);
    expect(repeats.rest(2_500)).toMatchObject([{ detail: '2 more within 3 seconds' }]);
    expect(repeats.rest(2_500)).toEqual([]);
  });

  it('is counted for each network, which is shown if the addresses differ', () => {
    const repeats = new Repeats();
    const site = times(50).map((i) => banned(i, `2001:db8:0:1::${i.toString(16)}`));
    expect(begun(repeats, [...site, banned(50)])).toEqual([site[0], banned(50)]);
    expect(repeats.due(60_000)).toMatchObject([
      { address: '2001:db8:0:1::/64', detail: '49 more within 60 seconds' },
    ]);
  });

  it('is counted for each account that it is about', () => {
    const repeats = new Repeats();
    const all = ['ana', 'ben', 'ana', 'ana'].map((name, ts) => failed(ts, name));
    expect(begun(repeats, all)).toEqual([failed(0, 'ana'), failed(1, 'ben')]);
    expect(repeats.due(60_001)).toEqual([{ ...failed(3, 'ana'), detail: '2 more within 61 seconds' }]);
  });

  it('is counted with all others of its kind above the cap', () => {
    const repeats = new Repeats();
    const address = (i: number) => `198.18.${i >> 8}.${i & 255}`;
    const crowd = times(LIMITS.auditRepeats + 100).map((i) => banned(i, address(i)));
    expect(begun(repeats, crowd)).toHaveLength(LIMITS.auditRepeats + 1);
    const [rest, ...none] = repeats.due(60_000 + crowd.length);
    expect(rest).toMatchObject({ actor: 'several', detail: '99 more within 61 seconds' });
    expect(rest).not.toHaveProperty('address');
    expect(none).toEqual([]);
  });
});

it('an event that cannot be caused at will gets an entry each time', () => {
  const repeats = new Repeats();
  const muted: AuditEntry = { ts: 1, event: 'moderation.muted', actor: 'mod', subject: 'gus' };
  expect(begun(repeats, [muted, muted, muted])).toHaveLength(3);
  expect(repeats.rest(10)).toEqual([]);
});
