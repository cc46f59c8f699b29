import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DERIVATION } from './json-shape.ts';
import { scheduleLines, scheduleObjects } from './schedule-view.ts';
import { PLAIN, columnsOf } from '../output/terminal.ts';
import {
  HELLO,
  TALK,
  TERMINAL,
  flow,
  dissected,
  text,
  uncoloured,
} from '../../../test/support/captures/views.ts';

describe('--keyschedule', () => {
  it('lists each value with its inputs and a command, and marks what the wire confirms', () => {
    const shown = text(scheduleLines({ dissection: dissected(TALK) }, { ...PLAIN, notes: false }));
    // Both confirmations crossed, and both fit.
    expect(shown.match(/^ {2}✓ confirmation of the (client|server)/gm)).toHaveLength(2);
    expect(shown).toMatch(/^ {4}by +HKDF-Expand, SHA-256, label "wireglass psk1 c2s key" {2}psk-wire\.md/m);
    expect(shown).toMatch(/^ {4}PRK +[0-9a-f]{64} {2}← key log$/m);
    expect(shown).toMatch(/^ {4}= 32 bytes +[0-9a-f]{64}$/m);
    expect(shown).toMatch(/^ {4}\$ openssl kdf -keylen 32 /m);
  });

  it('marks what does not fit', () => {
    const wrong = TALK.map((event) =>
      event.kind === 'secret'
        ? { ...event, line: event.line.replace(/[0-9a-f]{64}$/, '00'.repeat(32)) }
        : event,
    );
    const shown = text(scheduleLines({ dissection: dissected(wrong) }, { ...PLAIN, notes: false }));
    expect(shown).toMatch(/^ {2}✗ .*\n(?: {4}.*\n)+? {4}✗ does not fit /m);
  });

  it('says why there is nothing to derive', () => {
    const bare = dissected(flow(['c2s', HELLO]));
    expect(text(scheduleLines({ dissection: bare }, { ...PLAIN, notes: false }))).toContain(
      'nothing protects this flow',
    );
  });

  it('leaves out flows without a record that matches the filter', () => {
    const other = flow(['c2s', HELLO]).map((event) => ({ ...event, flow: 2 }));
    const dissection = dissected([...TALK, ...other]);
    const only = (wanted: number) => ({
      dissection,
      matches: (record: { flow: number }) => record.flow === wanted,
    });
    const heads = (wanted: number): string => text(scheduleLines(only(wanted), { ...PLAIN, notes: false }));
    expect(heads(1)).toMatch(/^flow 1 {2}psk/);
    expect(heads(1)).not.toContain('flow 2');
    expect(heads(2)).toContain('nothing protects this flow');
    expect(heads(3)).toBe('No record matches the filter.');
    expect([...scheduleObjects(only(2))]).toEqual([]);
    expect([...scheduleObjects(only(1))].length).toBeGreaterThan(3);
  });

  it('is one object per derivation for programs', () => {
    const objects = [...scheduleObjects({ dissection: dissected(TALK) })];
    expect(objects[0]).toMatchObject({ flow: 1, id: 'psk.transcript', algorithm: 'SHA-256', length: 32 });
    for (const object of objects) expect(v.safeParse(DERIVATION, object).issues).toBeUndefined();
  });

  it('fits the terminal, except for the commands, which are meant to be copied', () => {
    const lines = [...scheduleLines({ dissection: dissected(TALK) }, { ...TERMINAL, notes: true })]
      .map(uncoloured)
      .filter((line) => !/^ {4}\$ |^flow/.test(line));
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(80);
  });
});
