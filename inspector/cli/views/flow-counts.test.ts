import { describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { COUNTED } from '../../../test/support/captures/views.ts';
import { FlowCounts } from './flow-counts.ts';
import type { Selection } from '../selection.ts';
import { statsObjects } from './stats-objects.ts';

const PONG = encodeFrame(encodeMessage({ type: 'pong' }));
const TALK = pskConversation({ c2s: [PONG, PONG], s2c: [PONG] });
/** The same conversation again, as flow 2. */
const BOTH = [...TALK, ...TALK.map((event) => ('flow' in event ? { ...event, flow: 2 } : event))];
const SECRET_LAST = [
  ...BOTH.filter(({ kind }) => kind !== 'secret'),
  ...BOTH.filter(({ kind }) => kind === 'secret'),
];

/** The figures of `--stats`, counted event by event, or at the end. */
function told(events: readonly TapEvent[], early: boolean, matches?: Selection['matches']): object[] {
  const dissection = new Dissection();
  const selection = { dissection, ...(matches && { matches }) };
  const counts = new FlowCounts(selection);
  for (const event of events) for (const id of dissection.add(event)) if (early) counts.found(id);
  return [...statsObjects(selection, COUNTED, counts)];
}

describe('counts updated while records are found', () => {
  it('equal counts made at the end', () => {
    expect(told(BOTH, true)).toEqual(told(BOTH, false));
    expect(told(BOTH, true).map((each) => (each as { records: number }).records)).toEqual([7, 7, 14]);
  });

  it('start over when a secret comes late', () => {
    expect(told(SECRET_LAST, true)).toEqual(told(SECRET_LAST, false));
    expect(told(SECRET_LAST, true)).toMatchObject([{ sealed: 0 }, { sealed: 0 }, { sealed: 0, records: 14 }]);
  });

  it('let a filter ask how a flow ended', () => {
    const closed: Selection['matches'] = ({ state }, flow) => flow.state === 'closed' && state === 'opened';
    expect(told(BOTH, true, closed)).toMatchObject([{ records: 4 }, { records: 4 }, { records: 8 }]);
  });

  it('leave out flows without a selected record', () => {
    const second: Selection['matches'] = (_record, { id }) => id === 2;
    expect(told(BOTH, true, second)).toMatchObject([{ flow: 2 }, { flow: null, records: 7 }]);
    expect(told(BOTH, true, () => false)).toMatchObject([{ flow: null, records: 0, duration: 0 }]);
  });
});
