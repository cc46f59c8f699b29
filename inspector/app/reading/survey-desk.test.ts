import { afterEach, describe, expect, it, vi } from 'vitest';
import { WIRE_NAMES } from '#protocol/wires';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import { Desk } from './desk.ts';
import type { Surveyed } from './exchange.ts';

const TALK: readonly Line[] = [{ dir: 'c2s', message: { type: 'say', text: 'time flies' } }];

let desk: Desk | undefined;
afterEach(() => desk?.close());

/** A page that asks about connection `flow` until it hears of this many records on the psk wire. */
async function hear(flow: number, records: number, asEve = false): Promise<Surveyed> {
  let heard: Surveyed | undefined;
  desk = new Desk((message) => {
    if (message.type === 'surveyed') heard = structuredClone(message);
  });
  if (asEve) desk.take({ type: 'keys', visible: false });
  for (const [at, wire] of (['plain', 'psk'] as const).entries())
    desk.take({ type: 'events', events: traffic({ flow: at + 1, wire, lines: TALK }) });
  const psk = (): number | undefined => heard?.wires.find(({ wire }) => wire === 'psk')?.counts.records;
  await vi.waitUntil(() => {
    desk?.take({ type: 'survey', flow });
    return heard?.isDone && psk() === records;
  });
  return heard as unknown as Surveyed;
}

describe('the reader answers', () => {
  it('what every wire carried, with bars, handshakes and the key schedule of one connection', async () => {
    const { wires, keys, schedule } = await hear(2, 4);
    expect(keys).toBe(true);
    expect(wires.map(({ wire }) => wire)).toEqual(WIRE_NAMES);
    expect(wires.map(({ bars }) => bars.map(({ title }) => title).join(' '))).toEqual([
      'say',
      'client_hello server_hello client_finished say',
      '',
      '',
    ]);
    expect(wires.map(({ handshakes }) => handshakes.map(({ flow }) => flow))).toEqual([[], [2], [], []]);
    expect(schedule.map(({ id }) => id)).toContain('psk.c2s.key');
  });

  it('what an eavesdropper can know, without the keys', async () => {
    const { wires, keys, schedule } = await hear(2, 4, true);
    expect(keys).toBe(false);
    expect(wires.map(({ counts }) => [counts.messages, counts.sealed])).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(schedule.map(({ id }) => id)).toEqual(['psk.transcript']);
  });
});
