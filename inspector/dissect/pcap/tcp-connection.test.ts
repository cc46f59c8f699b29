import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY, concat, showUtf8, toHex, utf8 } from '#protocol/bytes';
import type { TapEvent } from '../model.ts';
import { CAPS } from './caps.ts';
import { TcpConnection } from './tcp-connection.ts';
import { FLAG } from './packets.ts';
import { type CapturedEndpoint, Endpoints } from './endpoints.ts';
import type { TcpSegment } from './segments.ts';

const endpoints = new Endpoints();
const CLIENT = endpoints.of(Uint8Array.of(10, 0, 0, 1), 50_000) as CapturedEndpoint;
const SERVER = endpoints.of(Uint8Array.of(10, 0, 0, 2), 80) as CapturedEndpoint;
const { ack, fin, rst, syn } = FLAG;

/** A segment of the client or of the server. It acknowledges what it names. */
type Said = Partial<Omit<TcpSegment, 'from' | 'to'>> & { readonly by?: 'server' };

function segment({ by, ...said }: Said): TcpSegment {
  const ends = by === 'server' ? { from: SERVER, to: CLIENT } : { from: CLIENT, to: SERVER };
  const payload = said.payload ?? EMPTY;
  return { ...ends, sequence: 0, acknowledged: 0, flags: 0, payload, length: payload.length, ...said };
}

/** Collects everything that one connection tells, in order, and what it leaves out. */
class Listener {
  readonly events: TapEvent[] = [];
  readonly unread: string[] = [];
  unreadBytes = 0;
  #connection: TcpConnection | undefined;

  add(said: Said, time = 0): void {
    const one = segment(said);
    this.#connection ??= new TcpConnection(
      one,
      time,
      {
        newFlow: () => 1,
        emit: (event) => this.events.push(event),
        comment: (_on, text) => this.unread.push(text),
        unread: (reason, bytes) => {
          this.unread.push(`${bytes} ${reason}`);
          this.unreadBytes += bytes;
        },
      },
      undefined,
    );
    this.#connection.add(one, time);
  }

  close(): void {
    this.#connection?.close();
  }

  /**
   * What was told since the last time: bytes as text, gaps as `[length]`, and what the server sent after `<`.
   */
  tell(): string {
    return this.events
      .splice(0)
      .flatMap((event) => {
        if (event.kind === 'secret' || event.kind === 'flow') return [];
        const from = event.dir === 's2c' ? '<' : '';
        if (event.kind === 'chunk') return [from + showUtf8(event.bytes)];
        return [from + (event.kind === 'gap' ? `[${event.length}]` : event.how)];
      })
      .join(' ');
  }
}

type Step = (listener: Listener) => void;

/** What comes out step by step. */
function told(...steps: Step[]): string[] {
  const listener = new Listener();
  return steps.map((step) => {
    step(listener);
    return listener.tell();
  });
}

const opened =
  (sequence: number): Step =>
  (listener) =>
    listener.add({ flags: syn, sequence });
const data =
  (sequence: number, text: string, time = 0): Step =>
  (listener) =>
    listener.add({ sequence, payload: utf8(text) }, time);
const ended =
  (sequence: number): Step =>
  (listener) =>
    listener.add({ sequence, flags: fin });
/** The server acknowledges everything before this number and sends nothing itself. */
const acked =
  (acknowledged: number, time = 0): Step =>
  (listener) =>
    listener.add({ by: 'server', sequence: 900, flags: ack, acknowledged }, time);
/** The server answers, and acknowledges everything before that number. */
const answered =
  (sequence: number, text: string, acknowledged: number): Step =>
  (listener) =>
    listener.add({ by: 'server', sequence, flags: ack, acknowledged, payload: utf8(text) });
const closed: Step = (listener) => listener.close();

describe('segments of one direction', () => {
  it('are told in order, each byte once', () => {
    const steps = [opened(99), data(100, 'abc'), data(106, 'ghi'), data(100, 'abc'), data(102, 'cdefg')];
    expect(told(...steps, closed)).toEqual(['', 'abc', '', '', 'defg hi', '']);
  });

  it('with different bytes for one place count as they came first', () => {
    expect(told(opened(0), data(1, 'abc'), data(2, 'XYZ'), data(4, '!!'))).toEqual(['', 'abc', 'Z', '!']);
    expect(told(opened(0), data(3, 'cd'), data(3, 'CDE'), data(1, 'ab'))).toEqual(['', '', '', 'ab cd E']);
  });

  it('wrap around the end of the sequence numbers', () => {
    const stream = [opened(0xfffffffd), data(0xfffffffe, 'ab'), data(2, 'ef'), data(0, 'cd'), data(1, 'd')];
    expect(told(...stream, ended(4))).toEqual(['', 'ab', '', 'cd ef', '', 'fin']);
  });

  it('begin with the earliest at hand when the SYN was not captured', () => {
    const one = data(5_000, 'GET / HTTP/1.1\r\n');
    expect(told(one, data(4_999, 'xab'))).toEqual(['GET / HTTP/1.1\r\n', '']);
    expect(told(data(5_002, 'T / HTTP/1.1'), data(5_000, 'GE'))).toEqual(['', 'GE T / HTTP/1.1']);
  });

  it('do not begin with a keep-alive, whose byte was acknowledged before', () => {
    expect(told(acked(5_000), data(4_999, '\0'), data(5_000, 'ab'), closed)).toEqual(['', '', '', 'ab']);
    expect(told(acked(5_000), data(5_000, 'a'), closed)).toEqual(['', '', 'a']);
  });

  it('may be keep-alives, which say nothing, or a probe of a full window, which counts once', () => {
    const steps = [opened(0), data(1, 'ab'), data(2, 'b'), data(2, '\0'), data(3, 'c'), data(3, 'cd')];
    expect(told(...steps)).toEqual(['', 'ab', '', '', 'c', 'd']);
  });
});

describe('segments of both directions', () => {
  it('are told in the order of cause and effect, though the answer was captured first', () => {
    const steps = [opened(0), answered(900, 'world', 6), data(1, 'hello')];
    expect(told(...steps, closed)).toEqual(['', '', 'hello <world', '']);
  });

  it('wait for a request of which a part is late', () => {
    const steps = [opened(0), data(4, 'lo'), answered(900, 'world', 6), data(1, 'hel')];
    expect(told(...steps)).toEqual(['', '', '', 'hel lo <world']);
  });

  it('are told when what they answer never comes', () => {
    const steps = [opened(0), answered(900, 'world', 6), answered(905, '!', 6), closed];
    expect(told(...steps)).toEqual(['', '', '', '[5] <world <!']);
  });

  it('do not wait for bytes that were acknowledged before they can have been sent', () => {
    expect(told(opened(0), answered(900, 'a', 0x70000000), data(1, 'b'))).toEqual(['', '<a', 'b']);
  });

  it('that wait for each other are told', () => {
    const crossed: Step = (listener) =>
      listener.add({ sequence: 1, flags: ack, acknowledged: 905, payload: utf8('hello') });
    expect(told(opened(0), acked(1), answered(900, 'world', 6), crossed, closed).slice(3)).toEqual([
      '',
      expect.stringMatching(/hello.*<world|<world.*hello/) as string,
    ]);
  });
});

describe('bytes that are acknowledged and not there', () => {
  it('are waited for: the acknowledgement may have been captured before them', () => {
    expect(told(opened(9), acked(14), data(12, 'cd'), data(10, 'ab'), data(14, 'e'))).toEqual([
      '',
      '',
      '',
      'ab cd',
      'e',
    ]);
  });

  it('are a gap when a minute of the capture has passed', () => {
    const late = CAPS.waitingTime + 1;
    const steps = [opened(9), data(15, 'fg'), acked(17), acked(17, CAPS.waitingTime), acked(17, late)];
    expect(told(...steps)).toEqual(['', '', '', '', '[5] fg']);
  });

  it('are counted as late when they come after that', () => {
    const listener = new Listener();
    const steps = [opened(9), data(15, 'fg'), acked(17), acked(17, CAPS.waitingTime + 1), data(11, 'bcd')];
    for (const step of steps) step(listener);
    expect(listener.tell()).toBe('[5] fg');
    expect(listener.unread).toEqual(['3 after their place was given up as missing']);
  });

  it('are a gap at the end; one number may have been that of a FIN', () => {
    expect(told(opened(9), data(10, 'a'), acked(16), closed)).toEqual(['', 'a', '', '[5]']);
    expect(told(opened(9), data(10, 'a'), acked(12), closed)).toEqual(['', 'a', '', '']);
  });

  it('are a gap at the end before the FIN too', () => {
    const steps = [opened(9), data(12, 'cd'), data(15, 'f'), ended(20), closed];
    expect(told(...steps)).toEqual(['', '', '', '', '[2] cd [1] f [4] fin']);
  });
});

describe('bytes that nobody acknowledged', () => {
  it('are waited for as long as it takes to send them again', () => {
    const steps = [opened(0), data(3, 'c'), data(4, 'd', 10 * CAPS.waitingTime), data(1, 'ab')];
    expect(told(...steps)).toEqual(['', '', '', 'ab c d']);
  });

  it('are given up when too much waits behind them', () => {
    const listener = new Listener();
    opened(0)(listener);
    const piece = new Uint8Array(2 ** 20);
    const count = CAPS.waitingBytes / piece.length + 1;
    for (let i = 0; i < count; i++) {
      expect(listener.events.filter(({ kind }) => kind === 'gap')).toEqual([]);
      listener.add({ sequence: 100 + i * piece.length, payload: piece });
    }
    expect(listener.events.find(({ kind }) => kind === 'gap')).toMatchObject({ length: 99 });
  });

  it('are given up when too many segments wait behind them, no two of them adjacent', () => {
    const count = CAPS.waitingSegments + 1;
    const steps = Array.from({ length: count }, (_, i) => data(3 + 2 * (count - i), 'x'));
    const out = told(opened(0), ...steps, closed);
    expect(out.at(-2)).toBe('[4] x');
    expect(out.at(-1)?.split(' ').length).toBe(2 * (count - 1));
  });
});

describe('a reset', () => {
  const reset =
    (sequence: number): Step =>
    (listener) =>
      listener.add({ sequence, flags: rst });

  it('ends its direction when nothing follows', () => {
    expect(told(opened(0), data(1, 'a'), reset(2), closed)).toEqual(['', 'a', '', 'reset']);
  });

  it('forged by somebody else does not end anything (RFC 9293 §3.10.7.4)', () => {
    const listener = new Listener();
    for (const step of [opened(0), data(1, 'a'), reset(2), data(2, 'bc'), ended(4), closed]) step(listener);
    expect(listener.tell()).toBe('a bc fin');
    expect(told(opened(0), data(1, 'a'), reset(7_000), data(2, 'b'), ended(3), closed).join(' ').trim()).toBe(
      'a  b fin',
    );
  });

  it('that was not believed is told in a comment', () => {
    const listener = new Listener();
    for (const step of [opened(0), data(1, 'a'), reset(2), data(2, 'b'), closed]) step(listener);
    expect(listener.unread).toEqual(['A reset from the client did not end this connection.']);
  });
});

describe('any conversation', () => {
  const turn = fc.record({ server: fc.boolean(), length: fc.integer({ min: 1, max: 40 }) });
  const talk = fc.array(turn, { minLength: 1, maxLength: 20 });
  const first = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff));

  /** What both said in turn, as segments that acknowledge what came before. */
  function segmentsOf(
    turns: readonly { server: boolean; length: number }[],
    [c, s]: [number, number],
  ): Said[] {
    const sent = { client: 0, server: 0 };
    return turns.map(({ server, length }, i) => {
      const own = server ? 'server' : 'client';
      const payload = Uint8Array.from({ length }, (_, j) => 7 * i + j);
      const sequence = ((server ? s : c) + sent[own]) >>> 0;
      const acknowledged = ((server ? c : s) + (server ? sent.client : sent.server)) >>> 0;
      sent[own] += length;
      const said = { sequence, acknowledged, flags: ack, payload };
      return server ? { by: 'server', ...said } : said;
    });
  }

  /** Both SYNs, then these segments. */
  function heard(segments: readonly Said[], [c, s]: [number, number]): Listener {
    const listener = new Listener();
    listener.add({ flags: syn, sequence: (c - 1) >>> 0 });
    listener.add({ by: 'server', flags: syn | ack, sequence: (s - 1) >>> 0, acknowledged: c });
    for (const said of segments) listener.add(said);
    listener.close();
    return listener;
  }
  const runs = (listener: Listener): string[] =>
    listener.events.flatMap((event) =>
      event.kind === 'chunk' ? [`${event.dir} ${toHex(event.bytes)}`] : [],
    );

  it('is told the same in whatever order and however often it was captured', () => {
    const order = fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(talk, first, order, (turns, start, shuffle) => {
        const segments = segmentsOf(turns, start);
        const twice = [...segments, ...segments.filter((_, i) => (shuffle[i] as number) % 2 === 0)];
        const mixed = twice
          .map((said, i) => [shuffle[i] as number, said] as const)
          .sort(([a], [b]) => a - b)
          .map(([, said]) => said);
        const listener = heard(mixed, start);
        expect(listener.events.filter(({ kind }) => kind === 'gap')).toEqual([]);
        for (const dir of ['c2s', 's2c'] as const) {
          const of = (list: readonly string[]): string => list.filter((run) => run.startsWith(dir)).join('');
          expect(of(runs(listener)).replaceAll(`${dir} `, '')).toBe(
            of(runs(heard(segments, start))).replaceAll(`${dir} `, ''),
          );
        }
      }),
    );
  });

  it('in turns is told in order', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 16 });
    const order = fc.array(fc.nat(1_000), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(lengths, first, order, (all, start, shuffle) => {
        const segments = segmentsOf(
          all.map((length, i) => ({ server: i % 2 === 1, length })),
          start,
        );
        const mixed = segments
          .map((said, i) => [shuffle[i] as number, said] as const)
          .sort(([a], [b]) => a - b)
          .map(([, said]) => said);
        expect(runs(heard(mixed, start))).toEqual(runs(heard(segments, start)));
      }),
    );
  });

  it('is told or counted, byte for byte, whatever the packets are', () => {
    const flags = fc.integer({ min: 0, max: 0x1f });
    const anything = fc.record({
      server: fc.boolean(),
      sequence: fc.oneof(fc.nat(300), fc.nat(0xffffffff)),
      acknowledged: fc.oneof(fc.nat(300), fc.nat(0xffffffff)),
      flags,
      payload: fc.uint8Array({ maxLength: 40 }),
      cut: fc.constantFrom(0, 0, 0, 5),
    });
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 60 }), (all) => {
        const listener = new Listener();
        for (const { server, payload, cut, ...said } of all) {
          const made = { ...said, payload, length: payload.length + cut };
          listener.add(server ? { by: 'server', ...made } : made);
        }
        listener.close();
        const delivered = concat(
          listener.events.flatMap((event) => (event.kind === 'chunk' ? [event.bytes] : [])),
        ).length;
        expect(delivered + listener.unreadBytes).toBe(
          all.reduce((sum, { payload }) => sum + payload.length, 0),
        );
      }),
      { numRuns: 500 },
    );
  });
});
