import { describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { WireRecord } from '#dissect/model';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { concat } from '#protocol/bytes';
import { readSearch } from './filter.ts';
import { hitIn } from './hits.ts';
import { viewOf } from '#dissect/record-view';

const TIME = 1_700_000_000_000;
const END = { address: '127.0.0.1', port: 5000 };
const frames = ['north gate', 'a needle', 'at nine'].map((text) =>
  encodeFrame(encodeMessage({ type: 'say', text })),
);

/** A record with three frames in it, as the psk wire carries them. */
function crowded(): { record: WireRecord; flowOf: (id: number) => ReturnType<Dissection['flow']> } {
  const dissection = new Dissection();
  dissection.add({ kind: 'flow', flow: 1, wire: 'plain', time: TIME, client: END, server: END });
  dissection.add({ kind: 'chunk', flow: 1, dir: 'c2s', time: TIME + 1, bytes: concat(frames) });
  const units = dissection.records(1);
  const inner = units.map((unit, place) => {
    const start = frames.slice(0, place).reduce((sum, { length }) => sum + length, 0);
    return { ...unit, proto: 'frame', bytes: unit.raw, start } as const;
  });
  const raw = concat(frames);
  const [first] = units as [WireRecord];
  const record = {
    ...first,
    proto: 'psk',
    title: 'say, say, say',
    raw,
    plain: raw,
    inner,
    fields: [],
  } as const;
  return { record, flowOf: (id) => dissection.flow(id) };
}

function hit(text: string): string | undefined {
  const { record, flowOf } = crowded();
  const node = hitIn(record, viewOf(record), readSearch(text), flowOf);
  return node && `${node.id} ${node.name} ${String(node.value)}`;
}

describe('what a search found in a record of many frames', () => {
  it.each([
    ['needle', /^0\.i1\..* text a needle$/],
    ['msg.text contains "needle"', /^0\.i1\..* text a needle$/],
    ['msg.text == "at nine" and dir == c2s', /^0\.i2\..* text at nine$/],
    ['len > 5 and msg.type == "say"', /^0\.i0\..* text north gate$/],
  ])('%s', (text, expected) => expect(hit(text)).toMatch(expected));

  it.each(['', 'len > 5', 'dir == c2s'])('is nothing in particular for %j', (text) =>
    expect(hit(text)).toBeUndefined(),
  );
});
