import { describe, expect, it } from 'vitest';
import { CLASS_CAPS } from '#dissect/page-class';
import { ShownFiles } from './shown-files.ts';

const [ADA, BEN] = [1, 2];
const SILENCE = CLASS_CAPS.fileSilenceSeconds * 1_000;
const MOST = CLASS_CAPS.fileMinutes * 60_000;
const SEAL = { lab: '04-seal', text: 'export {};' };

/** Ada shows a file from time 0 on, and her page is heard of until this time. */
function heardUntil(time: number): { readonly files: ShownFiles; readonly id: number } {
  const files = new ShownFiles();
  const { id } = files.begin(ADA, SEAL, 0) ?? { id: -1 };
  for (let now = SILENCE / 2; now <= time; now += SILENCE / 2) files.renew(ADA, { id }, now);
  return { files, id };
}

describe('a file that a student shows', () => {
  it('has the text as it was last sent, until the student stops it', () => {
    const { files, id } = heardUntil(0);
    expect(files.of(ADA)).toMatchObject({ ...SEAL, ends: MOST });
    expect(files.renew(ADA, { id, text: 'changed' }, 1_000)).toBe(true);
    expect(files.renew(ADA, { id }, 2_000)).toBe(true);
    expect(files.of(ADA)?.text).toBe('changed');
    expect(files.end(ADA, 'stopped', 3_000)).toBe(true);
    expect([files.of(ADA), files.end(ADA, 'stopped', 4_000)]).toEqual([undefined, false]);
    expect(files.pastOf(ADA)).toEqual({ id, lab: SEAL.lab, why: 'stopped', time: 3_000 });
  });

  it('is due when its page has been silent for too long, and not before', () => {
    const { files, id } = heardUntil(0);
    files.renew(ADA, { id }, 5_000);
    expect(files.nextDue).toBe(5_000 + SILENCE);
    expect(files.dueBy(4_999 + SILENCE)).toEqual([]);
    expect(files.dueBy(5_000 + SILENCE)).toEqual([{ person: ADA, why: 'silent' }]);
  });

  it('is due when its time is up, however often its page is heard of', () => {
    const { files, id } = heardUntil(MOST - 1);
    expect([files.nextDue, files.dueBy(MOST - 1)]).toEqual([MOST, []]);
    expect(files.dueBy(MOST)).toEqual([{ person: ADA, why: 'time' }]);
    expect(files.renew(ADA, { id, text: 'late' }, MOST)).toBe(false);
    expect(files.of(ADA)?.text).toBe(SEAL.text);
  });

  it('cannot be begun anew by what comes late', () => {
    const { files, id } = heardUntil(0);
    files.end(ADA, 'stopped', 10);
    expect(files.renew(ADA, { id, text: 'late' }, 20)).toBe(false);
    // The same page, or another one, shows its file: the one before has another id, also after a new start of the server.
    const next = files.begin(ADA, SEAL, 10);
    expect([next?.id !== id, files.renew(ADA, { id }, 30), files.pastOf(ADA)]).toEqual([
      true,
      false,
      undefined,
    ]);
    expect(new ShownFiles().begin(ADA, SEAL, 40)?.id).toBeGreaterThan(next?.id ?? 0);
  });

  it('is one of a number that has an end', () => {
    const files = new ShownFiles();
    for (let person = 1; person <= CLASS_CAPS.shownFiles; person++)
      expect(files.begin(person, SEAL, 0)).toBeDefined();
    expect(files.begin(0, SEAL, 0)).toBeUndefined();
    files.end(BEN, 'stopped', 1);
    expect(files.begin(0, SEAL, 1)).toBeDefined();
  });

  it('leaves nothing behind once the person is forgotten', () => {
    const { files } = heardUntil(0);
    files.forget(ADA);
    expect([files.of(ADA), files.pastOf(ADA), files.nextDue, files.people]).toEqual([
      undefined,
      undefined,
      undefined,
      [],
    ]);
  });
});
