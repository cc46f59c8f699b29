import { describe, expect, it } from 'vitest';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import { type OverheardMessage, overheard } from './overheard.ts';
import { TrafficReader } from './traffic-reader.ts';

const joined = (name: string): Line => ({
  dir: 's2c',
  message: { type: 'joined', room: 'lobby', members: [], count: 1, name, messages: [], more: false },
});
const message = (id: number, text: string, room = 'lobby'): Line => ({
  dir: 's2c',
  message: { type: 'message', id, room, from: 'Ada', text, ts: 1, via: 'tls' },
});
const by = { room: 'lobby', by: 'Tess', change: 1 } as const;

function heardOn(wire: 'plain' | 'psk', ...flows: readonly (readonly Line[])[]): readonly OverheardMessage[] {
  const reader = new TrafficReader();
  reader.add(
    flows.flatMap((lines, at) => traffic({ flow: at + 1, wire, lines })).sort((a, b) => a.time - b.time),
  );
  reader.readOn(() => false);
  return overheard(reader.log, 'Tess').find((one) => one.wire === wire)?.messages ?? [];
}

describe('what is overheard on a wire', () => {
  it('is what the room says on one person’s connections, each message once and the newest first', () => {
    const own = [joined('Tess'), message(1, 'one'), message(2, 'two')];
    const others = [joined('Ada'), message(3, 'not hers')];
    const heard = heardOn('plain', own, others, own);
    expect(heard.map(({ id, from, text }) => [id, from, text])).toEqual([
      [2, 'Ada', 'two'],
      [1, 'Ada', 'one'],
    ]);
  });

  it('is nothing of a private conversation, and nothing of another room', () => {
    expect(heardOn('plain', [joined('Tess'), message(1, 'psst', '@Ada'), message(2, 'x', 'hall')])).toEqual(
      [],
    );
  });

  it('is what the person says, too, once the server has it', () => {
    const say: Line = { dir: 'c2s', message: { type: 'say', text: 'hello', ref: 'r1' } };
    const ack: Line = { dir: 's2c', message: { type: 'ack', ref: 'r1', id: 7, room: 'lobby', ts: 1 } };
    expect(heardOn('plain', [joined('Tess'), say])).toEqual([]);
    expect(heardOn('plain', [joined('Tess'), say, ack])).toMatchObject([
      { id: 7, from: 'Tess', text: 'hello' },
    ]);
  });

  it('has bytes where it is sealed, and none where it can be read', () => {
    const lines = [joined('Tess'), message(1, 'a secret of some length')];
    expect(heardOn('plain', lines)[0]?.sealed).toBeUndefined();
    const [sealed] = heardOn('psk', lines);
    expect(sealed?.sealed?.length).toBe(64);
    expect(sealed?.size).toBeGreaterThan(64);
    expect(String.fromCharCode(...(sealed?.sealed ?? []))).not.toContain('secret');
  });

  it('says the words of a change, and none of a message that was taken away', () => {
    const edited: Line = { dir: 's2c', message: { type: 'edited', id: 1, text: 'better', edited: 2, ...by } };
    const deleted: Line = { dir: 's2c', message: { type: 'deleted', id: 1, ...by } };
    const lines = [joined('Tess'), message(1, 'bad'), edited];
    expect(heardOn('plain', lines)).toMatchObject([{ text: 'better', gone: false }]);
    expect(heardOn('plain', [...lines, deleted])).toMatchObject([{ text: '', gone: true, from: 'Ada' }]);
  });
});
