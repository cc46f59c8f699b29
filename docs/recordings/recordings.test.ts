/** The recordings that the site serves are whole: every byte is read, and every sealed record opens with the secrets inside. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import { utf8, toHex } from '#protocol/bytes';
import { RECORDINGS } from './recordings.ts';

const TEXT = 'Then let us talk.';

describe.each(Object.entries(RECORDINGS))('the recording %s', (name, { wire, version }) => {
  const bytes = readFileSync(new URL(`${name}.pcapng`, import.meta.url));
  const read = readCapture(bytes);
  const dissection = new Dissection();
  dissection.addAll(read.events);
  const records = dissection.allRecords();

  it('is read without a warning, as two connections that begin and end in it', () => {
    expect(read.warnings).toEqual([]);
    const flows = dissection.flows.map((flow) => [
      flow.wire,
      flow.state,
      flow.midway,
      flow.waiting,
      flow.cut,
    ]);
    expect(flows).toEqual([
      [wire, 'closed', false, 0, 0],
      [wire, 'closed', false, 0, 0],
    ]);
    for (const { cipher } of dissection.flows) expect(cipher).toContain(version.replace('TLSv', 'TLS '));
  });

  it('has no record that is malformed, and none that stays sealed', () => {
    expect(new Set(records.map(({ state }) => state))).toEqual(new Set(['clear', 'opened']));
  });

  it('has the text inside sealed records, and never on the wire', () => {
    const wireBytes = records.map(({ raw }) => toHex(raw)).join('');
    expect(wireBytes).not.toContain(toHex(utf8(TEXT)));
    expect(JSON.stringify(records.map(said)).split(TEXT).length - 1).toBeGreaterThanOrEqual(2);
  });
});

/** Everything readable in a record, however deep. */
function said(unit: { plain?: Uint8Array; inner: readonly { plain?: Uint8Array }[] }): unknown {
  const decoder = new TextDecoder();
  const inner = unit.inner as (typeof unit)[];
  return inner.length > 0
    ? inner.map(said)
    : decoder.decode(unit.plain ?? (unit as { bytes?: Uint8Array }).bytes);
}
