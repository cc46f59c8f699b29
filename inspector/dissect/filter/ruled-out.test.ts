import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { valuesAt } from '../fields/paths.ts';
import { Dissection } from '../index.ts';
import type { FlowSummary, WireRecord } from '../model.ts';
import { compileFilter } from './index.ts';
import { compilePattern } from './pattern.ts';
import { ruledOut } from './ruled-out.ts';

function recordsOf(...texts: string[]): { records: readonly WireRecord[]; flow: FlowSummary } {
  const dissection = new Dissection();
  const lines = texts.map((text) => ({ dir: 'c2s', message: { type: 'say', text } }) as const);
  dissection.addAll(traffic({ flow: 1, wire: 'psk', lines }));
  return { records: dissection.records(1), flow: dissection.flow(1) as FlowSummary };
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

describe('what the bytes of a record rule out', () => {
  it('is a text that is not in them', () => {
    const { records } = recordsOf('the north gate', 'say "north"');
    const isRuledOut = ruledOut('msg.text', 'south') as (record: WireRecord) => boolean;
    // The second message has escapes, behind which anything may stand.
    expect(records.slice(-2).map(isRuledOut)).toEqual([true, false]);
  });

  it.each([
    ['tls.handshake.sni', 'localhost'],
    ['msg.fault', 'unexpected'],
    ['msg.text', 'gâteau'],
    ['msg.rooms', '3 items'],
    ['msg.rooms', 'fields'],
    ['msg.id', '12'],
  ])('is nothing for %s and %j, which may be sent in other bytes', (path, text) =>
    expect(ruledOut(path, text)).toBeUndefined(),
  );

  it('is never a record whose field has the value', () => {
    const piece = fc.constantFrom('gate', 'north', ' ', '"', '\\', '\n', '/', 'é', '\u2028', '7', 'item');
    const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, (said, wanted) => {
        const { records, flow } = recordsOf(said, wanted);
        for (const [operator, fits] of [
          ['==', (value: string) => value === wanted],
          ['contains', (value: string) => value.includes(wanted)],
        ] as const) {
          const filter = compileFilter(`msg.text ${operator} ${quoted(wanted)}`, compilePattern);
          if (!filter.ok) return;
          for (const record of records) {
            const has = valuesAt(record, flow, 'msg.text').some((value) => fits(String(value)));
            expect(filter.matches(record, flow)).toBe(has);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
