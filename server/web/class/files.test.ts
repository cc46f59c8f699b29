import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '#chat/records';
import type { Person } from '#classroom/records';
import { CLASS_CAPS } from '#dissect/page-class';
import type { FileNews } from '#dissect/page-file';
import { ClassFiles } from './files.ts';

const SECOND = 1_000;
const SEAL = { lab: '04-seal', text: 'one' };

const person = (id: number, name: string, role: Person['role'] = 'student'): Person =>
  ({ id, role, removed: false, account: { name } }) as Person;
const [ADA, BEN, LEAD] = [person(1, 'Ada'), person(2, 'Ben'), person(9, 'Instructor', 'instructor')];

let files: ClassFiles;
let audited: AuditEntry[];
let changes: number;

/** A page of somebody who leads, and what it was told. */
function page(isBehind = () => false) {
  const told: FileNews[] = [];
  return {
    told,
    tellFile: (news: FileNews): boolean => {
      if (!isBehind()) told.push(news);
      return !isBehind();
    },
  };
}

function shows(who: Person, file = SEAL): number {
  const shown = files.show(who, file);
  if (typeof shown === 'string') throw new Error(shown);
  return shown.id;
}

beforeEach(() => {
  vi.useFakeTimers();
  [audited, changes] = [[], 0];
  files = new ClassFiles({
    clock: () => Date.now(),
    audit: (entry) => audited.push(entry),
    changed: () => (changes += 1),
  });
});
afterEach(() => vi.useRealTimers());

describe('a file that a student shows', () => {
  it('is sent only to the pages that have it open, which the audit log keeps and the student sees', () => {
    const [reading, other] = [page(), page()];
    const id = shows(ADA);
    expect(files.rowOf(ADA.id)).toEqual({ lab: '04-seal', ends: expect.any(Number) as number });
    expect(files.read(reading, ADA, LEAD)).toBe(true);
    expect(audited).toEqual([
      { ts: Date.now(), event: 'class.file_opened', actor: 'Instructor', subject: 'Ada', detail: '04-seal' },
    ]);
    expect(JSON.stringify([audited, files.rowOf(ADA.id), files.ownOf(ADA.id)])).not.toContain(SEAL.text);
    expect(files.ownOf(ADA.id)).toMatchObject({ state: 'shown', readers: ['Instructor'] });
    files.renew(ADA.id, { id, text: 'two' });
    files.renew(ADA.id, { id });
    expect(reading.told.map((news) => news.type === 'file' && news.text)).toEqual(['one', 'two']);
    files.close(reading);
    expect(files.ownOf(ADA.id)).toMatchObject({ readers: [] });
    files.renew(ADA.id, { id, text: 'three' });
    expect([reading.told.length, other.told.length]).toEqual([2, 0]);
  });

  it('reaches a page that lagged behind with the next word of the student', () => {
    let isBehind = true;
    const reading = page(() => isBehind);
    const id = shows(ADA);
    files.read(reading, ADA, LEAD);
    expect(reading.told).toEqual([]);
    isBehind = false;
    files.renew(ADA.id, { id });
    expect(reading.told).toMatchObject([{ type: 'file', text: 'one' }]);
  });

  it('ends by itself when its page falls silent, and when its time is up; the pages that read it are told why', () => {
    const reading = page();
    const [, ben] = [shows(ADA), shows(BEN)];
    files.read(reading, ADA, LEAD);
    vi.advanceTimersByTime((CLASS_CAPS.fileSilenceSeconds - 1) * SECOND);
    files.renew(BEN.id, { id: ben });
    expect(files.ownOf(ADA.id)?.state).toBe('shown');
    const before = changes;
    vi.advanceTimersByTime(SECOND);
    expect(files.ownOf(ADA.id)).toMatchObject({ state: 'over', why: 'silent' });
    expect(changes).toBeGreaterThan(before);
    expect(reading.told.at(-1)).toEqual({ type: 'file-over', person: ADA.id, why: 'silent' });
    for (let minutes = 0; minutes < 2 * CLASS_CAPS.fileMinutes; minutes += 0.25) {
      files.renew(BEN.id, { id: ben });
      vi.advanceTimersByTime(15 * SECOND);
    }
    expect(files.ownOf(BEN.id)).toMatchObject({ state: 'over', why: 'time' });
    expect(files.renew(BEN.id, { id: ben, text: 'late' })).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives way to another one of the same student', () => {
    const reading = page();
    const first = shows(ADA);
    files.read(reading, ADA, LEAD);
    const second = shows(ADA, { lab: '05-tamper', text: 'other' });
    expect(reading.told.at(-1)).toMatchObject({ type: 'file-over', why: 'replaced' });
    expect(files.renew(ADA.id, { id: first, text: 'late' })).toBe(false);
    expect(files.ownOf(ADA.id)).toMatchObject({ id: second, lab: '05-tamper', readers: [] });
  });

  it('is never that of somebody who leads or is out, and ends for everyone at once when the work is reset', () => {
    expect(files.show(LEAD, SEAL)).toBe('bad_request');
    expect(files.show({ ...ADA, removed: true }, SEAL)).toBe('bad_request');
    expect(files.read(page(), ADA, LEAD)).toBe(false);
    expect(audited).toEqual([]);
    shows(ADA);
    shows(BEN);
    files.endAll('reset');
    expect([ADA, BEN].map(({ id }) => files.ownOf(id))).toMatchObject([{ why: 'reset' }, { why: 'reset' }]);
    files.forget(ADA.id);
    expect(files.ownOf(ADA.id)).toBeNull();
  });

  it('takes a number of requests a minute from each student', () => {
    const taken = Array.from({ length: CLASS_CAPS.fileRequestsPerMinute + 1 }, () => files.takes(ADA.id));
    expect(taken.filter(Boolean)).toHaveLength(CLASS_CAPS.fileRequestsPerMinute);
    expect(files.takes(BEN.id)).toBe(true);
  });
});
