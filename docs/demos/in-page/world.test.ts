/** The world of a demo: what crosses its wires is what the real server and the real clients say. */
import { describe, expect, it } from 'vitest';
import { nativeCiphers } from '#wires/ciphers-native';
import { SUITES } from '#channel/psk/suites';
import { pureRecordCiphers } from '#dissect/crypto/pure';
import { Dissection } from '#dissect/index';
import type { Direction, TapEvent } from '#dissect/model';
import { concat, toHex, utf8 } from '#protocol/bytes';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { encodeMessage, parseServerMessage } from '#protocol/messages';
import { PAGE_WIRES, PageWorld, type WorldOptions } from './world.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

function makeWorld(options: Pick<WorldOptions, 'wire' | 'suite'>) {
  const events: TapEvent[] = [];
  let time = NOON;
  let random = 0;
  const world = new PageWorld({
    ...options,
    now: () => (time += 0.25),
    random: (count) => Uint8Array.from({ length: count }, () => (random = (random * 5 + 17) % 251)),
    onEvent: (event) => events.push(event),
  });
  const bytes = (flow: number, dir: Direction, from = 0): Uint8Array =>
    concat(
      events
        .slice(from)
        .flatMap((event) =>
          event.kind === 'chunk' && event.flow === flow && event.dir === dir ? [event.bytes] : [],
        ),
    );
  return { world, events, bytes };
}

function dissected(events: readonly TapEvent[], keys: boolean) {
  const dissection = new Dissection({ keys, ciphers: pureRecordCiphers });
  dissection.addAll(events);
  return dissection;
}

describe('a world in memory', () => {
  it('has the wires whose layers run without Node', () => {
    expect(PAGE_WIRES).toEqual(['plain', 'psk']);
    expect(() => makeWorld({ wire: 'tls' })).toThrow('the tls wire needs more than a page has');
  });

  it('puts on the plain wire what the frame codec makes', () => {
    const { world, events, bytes } = makeWorld({ wire: 'plain' });
    const join = { type: 'join', room: 'lobby', name: 'ana', limit: 50 } as const;
    expect(toHex(bytes(1, 'c2s'))).toBe(toHex(encodeFrame(encodeMessage(join))));
    const before = events.length;
    expect(world.say('Hi')).toMatchObject({ state: 'sent', messageId: 1, flow: 1 });
    const frame = bytes(1, 'c2s', before);
    expect(toHex(frame.subarray(0, 4))).toBe(toHex(Uint8Array.of(0, 0, 0, frame.length - 4)));
    expect(JSON.parse(new TextDecoder().decode(frame.subarray(4)))).toMatchObject({
      type: 'say',
      text: 'Hi',
    });
  });

  it('delivers to the other client what was said, and acknowledges it to its author', () => {
    const { world, events, bytes } = makeWorld({ wire: 'plain' });
    const before = events.length;
    world.say('Hi');
    const heard = (flow: number) => {
      const decoder = new FrameDecoder();
      decoder.push(bytes(flow, 's2c', before));
      return parseServerMessage(decoder.next() as Uint8Array);
    };
    expect(heard(1)).toMatchObject({ type: 'ack', id: 1 });
    expect(heard(2)).toMatchObject({ type: 'message', from: 'ana', text: 'Hi', via: 'plain' });
  });

  it('repeats every byte, given the same time and randomness', () => {
    const [one, other] = [makeWorld({ wire: 'psk' }), makeWorld({ wire: 'psk' })];
    for (const { world } of [one, other]) world.say('Hi');
    expect(one.events).toEqual(other.events);
  });

  it('says why a message is refused', () => {
    const { world } = makeWorld({ wire: 'plain' });
    expect(world.say('\u200b')).toMatchObject({ state: 'refused', code: 'bad_text' });
    expect(() => world.say('x'.repeat(4_001))).toThrow();
  });

  it.each(SUITES.map((suite) => [suite.name, suite] as const))(
    'hides the text on the psk wire with %s, and opens with the key log, by other code too',
    (_, suite) => {
      const { world, events } = makeWorld({ wire: 'psk', suite });
      world.say('the text itself');
      const wire = concat(events.flatMap((event) => (event.kind === 'chunk' ? [event.bytes] : [])));
      expect(toHex(wire)).not.toContain(toHex(utf8('the text itself')));

      const asEve = dissected(events, false).allRecords();
      expect(asEve.some(({ state }) => state === 'no-key')).toBe(true);
      expect(asEve.some(({ state }) => state === 'opened' || state === 'malformed')).toBe(false);

      const native = new Dissection({ ciphers: { ...pureRecordCiphers, psk: nativeCiphers } });
      native.addAll(events);
      for (const read of [dissected(events, true), native]) {
        const sealed = read.allRecords().filter(({ state }) => state !== 'clear');
        expect(sealed.map(({ state }) => state)).toEqual(sealed.map(() => 'opened'));
        const texts = sealed.map(({ plain }) => new TextDecoder().decode(plain));
        expect(texts.filter((text) => text.includes('"the text itself"')).length).toBe(2);
      }
    },
  );
});
