import { describe, expect, it } from 'vitest';
import { showUtf8, utf8 } from '#protocol/bytes';
import { Dissection } from '../index.ts';
import type { TapEvent } from '../model.ts';
import { FLAG } from './packets.ts';
import { type CapturedEndpoint, Endpoints } from './endpoints.ts';
import { Reassembly } from './reassembly.ts';

const { ack, fin, rst, syn } = FLAG;
const endpoints = new Endpoints();
const CLIENT = endpoints.of(Uint8Array.of(10, 0, 0, 1), 50_000) as CapturedEndpoint;
const SERVER = endpoints.of(Uint8Array.of(10, 0, 0, 2), 80) as CapturedEndpoint;
type Line = readonly [from: 'c' | 's', sequence: number, flags: number, text?: string, acknowledged?: number];

/** One event per line; `!` before a comment, `?` before what is left out. */
function read(...lines: Line[]): string[] {
  const out: string[] = [];
  const show = (event: TapEvent): string => {
    if (event.kind === 'flow') return `flow ${event.flow}: ${event.client.port} → ${event.server.port}`;
    if (event.kind === 'chunk') return `${event.flow} ${event.dir} ${showUtf8(event.bytes)}`;
    if (event.kind === 'gap') return `${event.flow} ${event.dir} [${event.length}]`;
    return event.kind === 'end' ? `${event.flow} ${event.dir} ${event.how}` : event.kind;
  };
  const reassembly = new Reassembly((event) => out.push(show(event)), {
    comment: (_on, text, number) => out.push(`! ${number}: ${text}`),
    unread: (reason, bytes) => out.push(`? ${bytes} ${reason}`),
  });
  for (const [from, sequence, flags, text = '', acknowledged = 0] of lines) {
    const [source, target] = from === 'c' ? [CLIENT, SERVER] : [SERVER, CLIENT];
    const payload = utf8(text);
    const ends = { from: source, to: target, length: payload.length };
    // Without a number of its own an ACK acknowledges nothing new.
    const flagsTold = acknowledged === 0 ? flags & ~ack : flags;
    const answer = (flags & syn) === 0 ? flagsTold : flags;
    reassembly.add(0, { ...ends, sequence, acknowledged, flags: answer, payload });
  }
  reassembly.finish();
  return out;
}
const FLOW = 'flow 1: 50000 → 80';

describe('a connection', () => {
  it('is opened, spoken over and closed', () => {
    expect(
      read(
        ['c', 0, syn],
        ['s', 100, syn | ack, '', 1],
        ['c', 1, ack, '', 101],
        ['c', 1, ack, 'hello', 101],
        ['s', 101, ack, 'hi', 6],
        ['c', 6, fin | ack, '', 103],
        ['s', 103, fin | ack, '!', 7],
        ['c', 7, ack, '', 105],
      ),
    ).toEqual([FLOW, '1 c2s hello', '1 s2c hi', '1 c2s fin', '1 s2c !', '1 s2c fin']);
  });

  it('keeps its order when segments are lost, sent again and overtaken', () => {
    expect(
      read(
        ['c', 0, syn],
        ['c', 0, syn],
        ['c', 4, ack, 'def'],
        ['c', 7, fin | ack],
        ['c', 1, ack, 'abc'],
        // A keep-alive repeats the byte before the next one.
        ['c', 6, ack, 'x'],
      ),
    ).toEqual([FLOW, '1 c2s abc', '1 c2s def', '1 c2s fin', '? 1 sent again']);
  });

  it('takes in what a SYN carries (RFC 7413), once', () => {
    expect(read(['c', 0, syn, 'abc'], ['c', 1, ack, 'abcd'])).toEqual([
      FLOW,
      '1 c2s abc',
      '? 3 sent again',
      '1 c2s d',
    ]);
  });

  it('is a new one when the same ports are opened again, by either side', () => {
    expect(read(['c', 0, syn], ['c', 1, ack, 'a'], ['c', 5_000, syn], ['c', 5_001, ack, 'b'])).toEqual([
      FLOW,
      '1 c2s a',
      'flow 2: 50000 → 80',
      '2 c2s b',
    ]);
    expect(read(['c', 0, syn], ['s', 9, syn | ack, '', 1], ['s', 50, syn], ['s', 51, ack, 'b'])).toEqual([
      FLOW,
      'flow 2: 80 → 50000',
      '2 c2s b',
    ]);
  });

  it('is a new one when only the answer to its SYN was captured', () => {
    expect(read(['c', 0, syn], ['s', 9, syn | ack, '', 1], ['s', 70, syn | ack, '', 5])).toEqual([
      FLOW,
      'flow 2: 50000 → 80',
    ]);
  });

  it('is the same one when a SYN comes again after data', () => {
    expect(read(['c', 0, syn], ['c', 1, ack, 'a'], ['c', 0, syn], ['c', 2, ack, 'b'])).toEqual([
      FLOW,
      '1 c2s a',
      '1 c2s b',
    ]);
  });

  it('may be opened by both sides at once', () => {
    expect(
      read(
        ['c', 0, syn],
        ['s', 100, syn],
        ['c', 0, syn | ack, '', 101],
        ['s', 100, syn | ack, '', 1],
        ['c', 1, ack, 'a', 101],
        ['s', 101, ack, 'b', 2],
      ),
    ).toEqual([FLOW, '1 c2s a', '1 s2c b']);
  });

  it('may have begun before the capture, whichever side is heard first', () => {
    const guess =
      '! 1: The capture does not hold the beginning of this connection. Port 80 is taken for the server’s, as it is the lower one.';
    expect(read(['s', 100, ack, 'hi'], ['c', 7, ack, 'ho'])).toEqual([FLOW, guess, '1 s2c hi', '1 c2s ho']);
    expect(read(['s', 100, syn | ack, '', 7], ['c', 7, ack, 'ho'])).toEqual([FLOW, '1 c2s ho']);
  });

  it('ends with a reset, whose payload is not part of the stream', () => {
    expect(read(['c', 0, syn], ['s', 0, rst | ack, '', 1], ['s', 0, rst | ack, 'gone', 1])).toEqual([
      FLOW,
      '? 4 in a reset',
      '1 s2c reset',
    ]);
    expect(read(['c', 0, syn], ['c', 1, ack, 'a'], ['c', 5, ack, 'e'], ['c', 6, rst, 'no'])).toEqual([
      FLOW,
      '1 c2s a',
      '? 2 in a reset',
      '1 c2s [3]',
      '1 c2s e',
      '1 c2s reset',
    ]);
  });
});

describe('the same two ports', () => {
  const MIDWAY = 'The capture does not hold the beginning of this connection.';

  it('after both FINs are those of a new connection, whose SYN was not captured', () => {
    expect(
      read(
        ['c', 0, syn],
        ['s', 100, syn | ack, '', 1],
        ['c', 1, ack, 'hello', 101],
        ['c', 6, fin | ack, '', 101],
        ['s', 101, fin | ack, '', 7],
        ['c', 1, ack, 'hello', 101],
        ['c', 900_001, ack, 'GET / HTTP/1.1', 700_001],
        ['s', 700_001, ack, 'HTTP/1.1 200 OK', 900_015],
      ),
    ).toEqual([
      FLOW,
      '1 c2s hello',
      '1 c2s fin',
      '1 s2c fin',
      '? 5 sent again',
      'flow 2: 50000 → 80',
      `! 2: ${MIDWAY} What was said shows that port 80 is the server’s.`,
      '2 c2s GET / HTTP/1.1',
      '2 s2c HTTP/1.1 200 OK',
    ]);
  });

  it('with distant numbers on both sides are too, although no end was captured', () => {
    const lines: Line[] = [
      ['c', 0, syn],
      ['s', 100, syn | ack, '', 1],
      ['c', 1, ack, 'hello', 101],
      ['s', 2_000_000_000, ack, 'later', 1_000_000_000],
    ];
    expect(read(...lines).slice(0, 4)).toEqual([
      FLOW,
      '1 c2s hello',
      'flow 2: 50000 → 80',
      `! 2: ${MIDWAY} Port 80 is taken for the server’s, as it is the lower one.`,
    ]);
  });

  it('count what comes after the FIN of a direction, which must not send any more', () => {
    expect(read(['c', 0, syn], ['c', 1, fin, 'hi'], ['c', 4, 0, 'more'])).toEqual([
      FLOW,
      '1 c2s hi',
      '1 c2s fin',
      '? 4 after the end of their direction',
    ]);
  });
});

describe('who is the client', () => {
  const hello = (type: number): string => `\x16\x03\x01\x00\x05${String.fromCharCode(type)}\0\0\x01x`;
  const flowOf = (...lines: Line[]): string | undefined => read(...lines).find((line) => /^flow/.test(line));
  const SERVED = 'flow 1: 80 → 50000';

  it.each([
    ['a ClientHello', hello(1)],
    ['a request of HTTP', 'GET / HTTP/1.1\r\n'],
    ['a greeting to a mail server', 'EHLO example.test\r\n'],
    ['the header of a proxy', 'PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'],
    ['a client hello of psk', `\x01\0\0\x4a${'\0'.repeat(8)}…`],
    ['a frame that only a client sends', '\0\0\0\x11{"type":"say"}'],
  ])('is told by %s, whatever the ports are', (_name, said) => {
    expect(flowOf(['s', 100, 0, said], ['c', 7, 0, 'ho'])).toBe(SERVED);
    expect(flowOf(['c', 7, 0, 'ho'], ['s', 100, 0, said])).toBe(SERVED);
    expect(flowOf(['c', 7, 0, said], ['s', 100, 0, 'ho'])).toBe(FLOW);
  });

  it.each([
    ['a ServerHello', hello(2)],
    ['an answer of HTTP', 'HTTP/1.1 200 OK\r\n'],
    ['a greeting of a mail server', '220 mail.example.test ESMTP\r\n'],
    ['a server hello of psk', `\x02\0\0\x20${'\0'.repeat(8)}…`],
    ['a frame that only a server sends', '\0\0\0\x13{"type":"welcome"}'],
  ])('is not the side that sends %s', (_name, said) => {
    expect(flowOf(['c', 7, 0, said], ['s', 100, 0, 'ho'])).toBe(SERVED);
  });

  it('is told by a hello that was cut into segments, the last of which came first', () => {
    const [before, after] = [hello(1).slice(0, 3), hello(1).slice(3)];
    expect(flowOf(['s', 103, 0, after], ['s', 100, 0, before])).toBe(SERVED);
  });

  it('is the one with the higher port when nothing tells', () => {
    expect(flowOf(['s', 100, 0, '??'], ['c', 7, 0, '??'])).toBe(FLOW);
  });
});

describe('what the capture lacks', () => {
  it('is the start, for a flow without a SYN or without the first bytes of a direction', () => {
    const midway = (...lines: Line[]): (boolean | undefined)[] => {
      const dissection = new Dissection();
      const notes = { comment: () => undefined, unread: () => undefined };
      const reassembly = new Reassembly((event) => dissection.add(event), notes);
      for (const [from, sequence, flags, text = ''] of lines) {
        const [source, target] = from === 'c' ? [CLIENT, SERVER] : [SERVER, CLIENT];
        const ends = { from: source, to: target, acknowledged: 0, length: text.length };
        reassembly.add(0, { ...ends, sequence, flags, payload: utf8(text) });
      }
      reassembly.finish();
      return dissection.flows.map((flow) => flow.midway);
    };
    expect(midway(['c', 0, syn], ['c', 1, 0, 'hello'])).toEqual([false]);
    expect(midway(['c', 0, syn], ['c', 1, 0, 'hello'], ['c', 9, 0, 'later'])).toEqual([false]);
    expect(midway(['c', 1, 0, 'hello'])).toEqual([true]);
    expect(midway(['c', 0, syn], ['c', 9, 0, 'later'])).toEqual([true]);
  });

  it('is a gap once the other side has it', () => {
    expect(
      read(
        ['c', 0, syn],
        ['s', 100, syn | ack, '', 1],
        ['c', 1, ack, 'abc', 101],
        ['c', 9, ack, 'ijk', 101],
        ['s', 101, ack, 'ok', 12],
        ['c', 12, fin | ack, '', 103],
      ),
    ).toEqual([FLOW, '1 c2s abc', '1 c2s [5]', '1 c2s ijk', '1 s2c ok', '1 c2s fin']);
  });

  it('is a gap at the end of the file', () => {
    expect(read(['c', 0, syn], ['c', 1, ack, 'abc'], ['c', 9, fin | ack, 'ijk'])).toEqual([
      FLOW,
      '1 c2s abc',
      '1 c2s [5]',
      '1 c2s ijk',
      '1 c2s fin',
    ]);
  });

  it('is a gap where a packet was cut short', () => {
    const out: string[] = [];
    const reassembly = new Reassembly(
      (event) => out.push(event.kind === 'chunk' ? showUtf8(event.bytes) : event.kind),
      { comment: () => undefined, unread: () => undefined },
    );
    const ends = { from: CLIENT, to: SERVER, acknowledged: 0 };
    reassembly.add(1, { ...ends, sequence: 0, flags: syn, payload: utf8(''), length: 0 });
    reassembly.add(2, { ...ends, sequence: 1, flags: 0, payload: utf8('abc'), length: 9 });
    reassembly.add(3, { ...ends, sequence: 10, flags: fin, payload: utf8('xyz'), length: 8 });
    reassembly.finish();
    expect(out).toEqual(['flow', 'abc', 'gap', 'xyz', 'gap', 'end']);
  });
});
