/** The recordings that the site serves are whole: every byte is read, and every sealed record opens with the secrets inside. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import type { Inner, WireRecord } from '#dissect/model';
import { utf8, toHex } from '#protocol/bytes';
import { isProtected } from '#protocol/wires';
import { RECORDINGS, type Recording } from './recordings.ts';

/** What somebody said or typed in each. */
const TEXTS = { chat: 'Then let us talk.', logins: 'seventeen blue kettles' } as const;

describe.each<[string, Recording]>(Object.entries(RECORDINGS))('the recording %s', (name, recording) => {
  const { wires, version, talk } = recording;
  const bytes = readFileSync(new URL(`${name}.pcapng`, import.meta.url));
  const read = readCapture(bytes);
  const dissection = new Dissection();
  dissection.addAll(read.events);
  const records = dissection.allRecords();

  it('is read without a warning, as two connections of each wire that begin and end in it', () => {
    expect(read.warnings).toEqual([]);
    const flows = dissection.flows.map(({ wire, state, midway, waiting, cut }) =>
      [wire, state, midway, waiting, cut].join(' '),
    );
    expect(flows.toSorted()).toEqual(
      [...wires, ...wires].map((wire) => `${wire} closed false 0 0`).toSorted(),
    );
    for (const { cipher } of dissection.flows)
      expect(cipher).toContain(version?.replace('TLSv', 'TLS ') ?? '');
  });

  it('has no record that is malformed, and none that stays sealed', () => {
    const states = wires.some(isProtected) ? ['clear', 'opened'] : ['clear'];
    expect([...new Set(records.map(({ state }) => state))].toSorted()).toEqual(states);
  });

  it('has the text inside its records, and on the wire only without encryption', () => {
    const wireBytes = records.map(({ raw }) => toHex(raw)).join('');
    expect(wireBytes.includes(toHex(utf8(TEXTS[talk])))).toBe(!wires.every(isProtected));
    expect(JSON.stringify(records.map(said)).split(TEXTS[talk]).length - 1).toBeGreaterThanOrEqual(2);
  });
});

/** Everything readable in a record or in a unit inside one, however deep. */
function said(unit: WireRecord | Inner): unknown {
  if (unit.inner.length > 0) return unit.inner.map(said);
  return new TextDecoder().decode(unit.plain ?? ('raw' in unit ? unit.raw : unit.bytes));
}
