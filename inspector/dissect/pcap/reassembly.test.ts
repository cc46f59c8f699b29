import { describe, expect, it } from 'vitest';
import { showUtf8, utf8 } from '#wire/bytes';
import type { TapEvent } from '../model.ts';
import { FLAG } from './packets.ts';
import { Reassembly } from './reassembly.ts';

const CLIENT = { address: '10.0.0.1', port: 50_000 };
const SERVER = { address: '10.0.0.2', port: 80 };
type Line = readonly [from: 'c' | 's', sequence: number, flags: number, text?: string];

function read(...lines: Line[]): string[] {
  const out: string[] = [];
  const show = (event: TapEvent): string => {
    if (event.kind === 'flow') return `flow ${event.flow}: ${event.client.port} → ${event.server.port}`;
    if (event.kind === 'chunk') return `${event.flow} ${event.dir} ${showUtf8(event.bytes)}`;
    return event.kind === 'end' ? `${event.flow} ${event.dir} ${event.how}` : event.kind;
  };
  const reassembly = new Reassembly(
    (event) => out.push(show(event)),
    (warning) => out.push(`! ${warning}`),
  );
  for (const [from, sequence, flags, text = ''] of lines) {
    const [source, target] = from === 'c' ? [CLIENT, SERVER] : [SERVER, CLIENT];
    reassembly.add(0, { from: source, to: target, sequence, flags, payload: utf8(text) });
  }
  reassembly.finish();
  return out;
}
const { ack, fin, rst, syn } = FLAG;

describe('a connection', () => {
  it('is opened, spoken over and closed', () => {
    expect(
      read(
        ['c', 0, syn],
        ['s', 100, syn | ack],
        ['c', 1, ack],
        ['c', 1, ack, 'hello'],
        ['s', 101, ack, 'hi'],
        ['c', 6, fin | ack],
        ['s', 103, fin | ack, '!'],
      ),
    ).toEqual(['flow 1: 50000 → 80', '1 c2s hello', '1 s2c hi', '1 c2s fin', '1 s2c !', '1 s2c fin']);
  });

  it('keeps its order when segments are lost, sent again and overtaken', () => {
    expect(
      read(
        ['c', 0, syn],
        ['c', 0, syn],
        ['c', 4, ack, 'def'],
        ['c', 7, fin | ack],
        ['c', 1, ack, 'abc'],
        ['c', 1, ack, 'abc'],
        // A keep-alive repeats the byte before the next one.
        ['c', 6, ack, 'x'],
      ),
    ).toEqual(['flow 1: 50000 → 80', '1 c2s abc', '1 c2s def', '1 c2s fin'].filter((line) => line !== ''));
  });

  it('is a new one when the same ports are opened again', () => {
    expect(read(['c', 0, syn], ['c', 1, ack, 'a'], ['c', 5_000, syn], ['c', 5_001, ack, 'b'])).toEqual([
      'flow 1: 50000 → 80',
      '1 c2s a',
      'flow 2: 50000 → 80',
      '2 c2s b',
    ]);
  });

  it('may have begun before the capture, whoever is heard first', () => {
    const flow = 'flow 1: 50000 → 80';
    expect(read(['s', 100, ack, 'hi'], ['c', 7, ack, 'ho'])).toEqual([flow, '1 s2c hi', '1 c2s ho']);
    expect(read(['s', 100, syn | ack], ['c', 7, ack, 'ho'])).toEqual([flow, '1 c2s ho']);
  });

  it('ends with a reset', () => {
    expect(read(['c', 0, syn], ['s', 0, rst | ack], ['s', 0, rst | ack])).toEqual([
      'flow 1: 50000 → 80',
      '1 s2c reset',
    ]);
  });

  it('stops at a gap, and says so', () => {
    expect(read(['c', 0, syn], ['c', 1, ack, 'abc'], ['c', 9, ack, 'ijk'])).toEqual([
      'flow 1: 50000 → 80',
      '1 c2s abc',
      '! flow 1, c2s: bytes are missing at offset 3; the 3 bytes behind them are not shown',
    ]);
  });
});
