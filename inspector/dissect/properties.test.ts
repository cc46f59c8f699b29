/** What has to hold for all flows: how TCP cut the bytes does not matter, nothing throws, nothing forged is shown. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { concat, toHex } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { WIRE_NAMES, encodeMessage } from '#protocol/messages';
import { pskConversation } from '../../test/support/flows/psk-conversation.ts';
import { type Credentials, tlsConversation } from '../../test/support/flows/tls-conversation.ts';
import { Dissection } from './index.ts';
import type { Inner, TapEvent, WireRecord } from './model.ts';

type Chunk = Extract<TapEvent, { kind: 'chunk' }>;

const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'hello' }));
const LONG = encodeFrame(encodeMessage({ type: 'say', text: 'x'.repeat(900) }));
const PONG = encodeFrame(encodeMessage({ type: 'pong' }));
const PSK = pskConversation({
  c2s: [SAY, concat([SAY, LONG.subarray(0, 50)]), LONG.subarray(50)],
  s2c: [PONG, PONG],
});
const chunksOf = (events: readonly TapEvent[]): Chunk[] => events.filter((event) => event.kind === 'chunk');

/** Each wire's name, and how to have a conversation on it. */
const TALKS: Record<string, (credentials: Credentials) => Promise<TapEvent[]> | TapEvent[]> = {
  plain: () => [
    { ...(PSK[0] as Extract<TapEvent, { kind: 'flow' }>), wire: 'plain' },
    { kind: 'chunk', flow: 1, dir: 's2c', time: 1, bytes: PONG },
    { kind: 'chunk', flow: 1, dir: 'c2s', time: 2, bytes: concat([SAY, LONG, SAY]) },
    { kind: 'end', flow: 1, dir: 'c2s', time: 3, how: 'fin' },
  ],
  psk: () => PSK,
  'tls 1.3': (credentials) =>
    tlsConversation(credentials, { version: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256' }, [
      { dir: 's2c', bytes: PONG },
      { dir: 'c2s', bytes: concat([SAY, LONG]) },
    ]),
  'tls 1.2': (credentials) =>
    tlsConversation(credentials, { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES256-GCM-SHA384' }, [
      { dir: 's2c', bytes: PONG },
      { dir: 'c2s', bytes: concat([SAY, LONG]) },
    ]),
  'tls+psk': async (credentials) => {
    const choice = { version: 'TLSv1.3', suite: 'TLS_CHACHA20_POLY1305_SHA256' } as const;
    const events = await tlsConversation(credentials, choice, chunksOf(PSK));
    const secrets = PSK.filter((event) => event.kind === 'secret');
    return [
      ...secrets,
      ...events.map((event) => (event.kind === 'flow' ? { ...event, wire: 'tls+psk' as const } : event)),
    ];
  },
};

describe.each(Object.entries(TALKS))('on %s', (name, talk) => {
  let events: TapEvent[];
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wireglass-dissect-'));
    events = await talk(await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('everything is opened, down to the frames', () => {
    const records = dissect(events);
    expect(records.filter(({ state }) => state !== 'clear' && state !== 'opened')).toEqual([]);
    const titles = records.map((record) => record.title);
    expect(titles.includes('psk client_hello')).toBe(name === 'tls+psk');
    const frames = unitsOf(records).filter((unit) => unit.proto === 'frame');
    expect(frames.map((unit) => `${unit.title} ${unit.state}`).sort()).toEqual(
      (name.includes('psk')
        ? ['pong', 'pong', 'say', 'say', 'say']
        : ['pong', 'say', 'say', ...(name === 'plain' ? ['say'] : [])]
      ).map((title) => `${title} ${name === 'plain' ? 'clear' : 'was-sealed'}`),
    );
  });

  it('any split of the chunks gives the same records', () => {
    const whole = dissect(events).map(timeless);
    const cuts = fc.array(fc.nat(), { maxLength: 60 });
    fc.assert(
      fc.property(cuts, (places) => {
        expect(dissect(split(events, places)).map(timeless)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
    expect(dissect(split(events, 'everywhere')).map(timeless)).toEqual(whole);
  });

  it('any order of secrets and bytes, read at any time, ends in the same records', () => {
    const whole = dissect(events).map(timeless);
    const secrets = events.filter((event) => event.kind === 'secret');
    const others = events.filter((event) => event.kind !== 'secret');
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: others.length }), { minLength: secrets.length, maxLength: secrets.length }),
        (places) => {
          const dissection = new Dissection();
          for (let i = 0; i <= others.length; i++) {
            secrets.forEach((secret, n) => places[n] === i && dissection.add(secret));
            if (others[i]) dissection.add(others[i] as TapEvent);
            dissection.records(1);
          }
          expect(dissection.records(1).map(timeless)).toEqual(whole);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('a changed bit never opens to anything else', () => {
    const genuine = new Set(plainsOf(dissect(events)));
    const chunks = chunksOf(events);
    fc.assert(
      fc.property(fc.nat({ max: chunks.length - 1 }), fc.nat(), fc.nat({ max: 7 }), (which, place, bit) => {
        const target = chunks[which] as Chunk;
        const bytes = target.bytes.slice();
        bytes[place % bytes.length] = (bytes[place % bytes.length] as number) ^ (1 << bit);
        const changed = events.map((event) => (event === target ? { ...target, bytes } : event));
        expect(plainsOf(dissect(changed)).filter((plain) => !genuine.has(plain))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('chunks that are damaged, doubled, lost or out of order throw nothing', () => {
    const damage = fc.array(
      fc.tuple(fc.constantFrom('drop', 'double', 'swap', 'cut', 'junk'), fc.nat(), fc.nat()),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(damage, (steps) => {
        const bytes = dissect(steps.reduce(damaged, events)).reduce(
          (sum, record) => sum + record.raw.length,
          0,
        );
        expect(bytes).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });
});

it('garbage in any shape throws nothing, and not a byte of it is lost or made up', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // The beginnings of the protocols, so that garbage comes further than the first byte.
    fc
      .tuple(
        fc.constantFrom('160301', '170303', '150303', '0100', '0200', '1700', '1500', '0000'),
        fc.uint8Array({ maxLength: 300 }),
      )
      .map(([start, rest]) =>
        concat([Uint8Array.from(start.match(/../g) ?? [], (hex) => parseInt(hex, 16)), rest]),
      ),
  );
  const chunk = fc.tuple(fc.constantFrom('c2s', 's2c'), bytes);
  fc.assert(
    fc.property(
      fc.constantFrom(undefined, ...WIRE_NAMES),
      fc.array(chunk, { maxLength: 12 }),
      (wire, chunks) => {
        const flow = { ...(PSK[0] as Extract<TapEvent, { kind: 'flow' }>) };
        const dissection = new Dissection();
        const { wire: _wire, ...nameless } = flow;
        dissection.add(wire ? { ...nameless, wire } : nameless);
        for (const [dir, part] of chunks)
          dissection.add({ kind: 'chunk', flow: 1, dir, time: 0, bytes: part });
        for (const dir of ['c2s', 's2c'] as const)
          dissection.add({ kind: 'end', flow: 1, dir, time: 0, how: 'fin' });
        for (const dir of ['c2s', 's2c'] as const) {
          const raw = dissection.records(1).filter((record) => record.dir === dir);
          expect(toHex(concat(raw.map((record) => record.raw)))).toBe(
            toHex(concat(chunks.filter(([way]) => way === dir).map(([, part]) => part))),
          );
          raw.reduce((offset, record) => {
            expect(record.offset).toBe(offset);
            return offset + record.raw.length;
          }, 0);
        }
      },
    ),
    { numRuns: 500 },
  );
});

function dissect(events: readonly TapEvent[]): readonly WireRecord[] {
  const dissection = new Dissection();
  dissection.addAll(events);
  return dissection.records(1);
}

/** Without the time and the number, which depend on when the chunks came. */
function timeless({ time: _time, index: _index, ...record }: WireRecord): object {
  return record;
}

/** Cuts chunks in two at places counted over all bytes, or into single bytes; the order stays. */
function split(events: readonly TapEvent[], places: readonly number[] | 'everywhere'): TapEvent[] {
  const total = chunksOf(events).reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  const cuts = places === 'everywhere' ? undefined : new Set(places.map((place) => place % total));
  let at = 0;
  return events.flatMap((event) => {
    if (event.kind !== 'chunk') return [event];
    const pieces: TapEvent[] = [];
    let start = 0;
    for (let end = 1; end <= event.bytes.length; end++) {
      at++;
      if (end < event.bytes.length && cuts?.has(at) === false) continue;
      pieces.push({ ...event, bytes: event.bytes.subarray(start, end) });
      start = end;
    }
    return pieces;
  });
}

function damaged(events: TapEvent[], [how, where, amount]: readonly [string, number, number]): TapEvent[] {
  const chunks = chunksOf(events);
  const target = chunks[where % Math.max(1, chunks.length)];
  if (!target) return events;
  const at = events.indexOf(target);
  const place = amount % (target.bytes.length + 1);
  const [before, after] = [target.bytes.subarray(0, place), target.bytes.subarray(place)];
  const replaced: Record<string, Chunk[]> = {
    drop: [],
    double: [target, target],
    cut: [{ ...target, bytes: before }],
    junk: [{ ...target, bytes: concat([before, Uint8Array.of(amount & 0xff, 0, 255), after]) }],
    swap: [
      { ...target, bytes: after },
      { ...target, bytes: before },
    ],
  };
  return [...events.slice(0, at), ...(replaced[how] ?? []), ...events.slice(at + 1)];
}

function unitsOf(records: readonly WireRecord[]): (WireRecord | Inner)[] {
  const inside = (unit: WireRecord | Inner): (WireRecord | Inner)[] => [unit, ...unit.inner.flatMap(inside)];
  return records.flatMap(inside);
}

function plainsOf(records: readonly WireRecord[]): string[] {
  return unitsOf(records).flatMap(({ plain }) => (plain ? [toHex(plain)] : []));
}
