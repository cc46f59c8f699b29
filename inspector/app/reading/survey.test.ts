import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import { handshakesOf } from './handshakes.ts';
import { RecordLog } from './record-log.ts';
import { WireSurvey } from './survey.ts';

const TALK: readonly Line[] = [
  { dir: 'c2s', message: { type: 'say', text: 'time flies' } },
  { dir: 's2c', message: { type: 'ack', id: 1, room: 'lobby', ts: 0 } },
];
const NEVER = (): boolean => false;

function logOf(events: readonly TapEvent[], keys = true): RecordLog {
  const dissection = new Dissection({ keys });
  const log = new RecordLog(dissection);
  for (const event of events) log.changed(dissection.add(event));
  return log;
}

/** A capture of one conversation, as if it had crossed this wire now. */
function recorded(file: string, wire: WireName, keys = true): RecordLog {
  const path = new URL(`../../../docs/recordings/${file}.pcapng`, import.meta.url);
  const events = readCapture(readFileSync(path)).events;
  return logOf(
    events.map((event) => (event.kind === 'flow' ? { ...event, wire } : event)),
    keys,
  );
}

describe('a survey of a wire', () => {
  it('counts bytes and messages, and what the wire adds to them', () => {
    const frames = { plain: logOf(traffic({ flow: 1, wire: 'plain', lines: TALK })).records('plain') };
    const content = frames.plain.reduce((sum, { raw }) => sum + raw.length, 0);
    const plain = new WireSurvey('plain');
    expect(plain.read(frames.plain, NEVER)).toBe(true);
    expect(plain.counts).toMatchObject({ records: 2, messages: 2, sealed: 0, carriers: content, content });
    expect(plain.counts.crossed).toEqual(plain.counts.inside);
    expect(plain.counts.crossed['{'.charCodeAt(0)]).toBe(2);

    const psk = new WireSurvey('psk');
    psk.read(logOf(traffic({ flow: 1, wire: 'psk', lines: TALK })).records('psk'), NEVER);
    // A header of 12 bytes and a tag of 16 around the same frames.
    expect(psk.counts).toMatchObject({ records: 5, messages: 2, content, carriers: content + 2 * 28 });
    expect(psk.counts.inside).toEqual(plain.counts.inside);
  });

  it('knows no plaintext without the keys', () => {
    const survey = new WireSurvey('psk');
    survey.read(logOf(traffic({ flow: 1, wire: 'psk', lines: TALK }), false).records('psk'), NEVER);
    expect(survey.counts).toMatchObject({ records: 5, sealed: 2, messages: 0, content: 0, carriers: 0 });
    expect(survey.counts.inside.every((count) => count === 0)).toBe(true);
  });

  it('has the plaintext of the inner channel where one is inside another', () => {
    const [outer, inner] = ['tls-psk', 'tls13'].map((file) => {
      const wire = file === 'tls13' ? 'tls' : 'tls+psk';
      const survey = new WireSurvey(wire);
      survey.read(recorded(file, wire).records(wire), NEVER);
      return survey.counts;
    });
    expect(outer?.messages).toBe(inner?.messages);
    const added = (counts = outer): number =>
      ((counts?.carriers ?? 0) - (counts?.content ?? 0)) / (counts?.messages ?? 1);
    expect(added(outer)).toBeGreaterThan(added(inner) + 28);
  });

  it('counts in slices, and a changed list as if it had been so from the beginning', () => {
    const opened = logOf(traffic({ flow: 1, wire: 'psk', lines: TALK })).records('psk');
    const sealed = logOf(traffic({ flow: 1, wire: 'psk', lines: TALK }), false).records('psk');
    const survey = new WireSurvey('psk');
    let left = 2;
    expect(survey.read(opened, () => left-- === 0)).toBe(false);
    expect([survey.counts.records, survey.bars.length]).toEqual([2, 2]);
    const mixed = [...opened.slice(0, 3), ...sealed.slice(3)];
    for (const list of [opened, mixed, opened.slice(0, 4), sealed]) {
      const fresh = new WireSurvey('psk');
      fresh.read(list, NEVER);
      survey.read(list, NEVER);
      expect(survey.counts).toEqual(fresh.counts);
      expect(survey.bars).toEqual(fresh.bars);
    }
  });
});

describe('a handshake', () => {
  it.each([
    ['tls12', 'tls', 'TLS 1.2', 2],
    ['tls13', 'tls', 'TLS 1.3', 1],
    ['tls-psk', 'tls+psk', 'TLS 1.3 + PSK', 2],
  ] as const)('in %s is found with its round trips', (file, wire, kind, roundTrips) => {
    const [handshake, ...others] = handshakesOf(wire, recorded(file, wire));
    expect(others).toEqual([]);
    expect(handshake).toMatchObject({ wire, kind, roundTrips, isComplete: true });
    expect(handshake?.rungs[0]?.names).toEqual(['client_hello']);
    const last = handshake?.rungs.at(-1);
    expect(last).toMatchObject({ isSealed: true });
    expect(last?.names.join()).toMatch(/finished$/);
    expect(handshake?.clues).toContain('the server name “localhost”');
    // In TLS 1.2 the certificate crosses in the clear.
    expect(handshake?.clues.includes('the certificate of the server')).toBe(kind === 'TLS 1.2');
    expect(
      handshake?.rungs.flatMap(({ names }) => names).filter((name) => /welcome|join/.test(name)),
    ).toEqual([]);
  });

  it('of the psk wire has three records in the clear', () => {
    const [handshake] = handshakesOf('psk', logOf(traffic({ flow: 1, wire: 'psk', lines: TALK })));
    expect(handshake).toMatchObject({ kind: 'PSK', roundTrips: 1, isComplete: true, flow: 1 });
    expect(handshake?.rungs.map(({ names, isSealed }) => [...names, isSealed])).toEqual([
      ['client_hello', false],
      ['server_hello', false],
      ['client_finished', false],
    ]);
    expect(handshake?.clues).toEqual(['the key id “demo”']);
  });

  it.each([
    ['tls12', 'tls'],
    ['tls13', 'tls'],
  ] as const)(
    'in %s has the same records without the keys, without the names of what is sealed',
    (file, wire) => {
      const [known, seen] = [true, false].map((keys) => handshakesOf(wire, recorded(file, wire, keys))[0]);
      const shape = (handshake = known) =>
        handshake?.rungs.map(({ index, length, isSealed }) => [index, length, isSealed]);
      expect(shape(seen)).toEqual(shape(known));
      expect(seen?.rungs.filter(({ names, isSealed }) => isSealed !== (names.length === 0))).toEqual([]);
    },
  );

  it('inside another cannot be seen without the keys', () => {
    expect(handshakesOf('tls+psk', recorded('tls-psk', 'tls+psk', false))).toMatchObject([
      { kind: 'TLS 1.3', roundTrips: 1 },
    ]);
  });

  it('is not there on a wire without one, nor where a connection has not begun', () => {
    expect(handshakesOf('plain', logOf(traffic({ flow: 1, wire: 'plain', lines: TALK })))).toEqual([]);
    const begun = traffic({ flow: 1, wire: 'psk', lines: TALK }).slice(0, 2);
    expect(handshakesOf('psk', logOf(begun)).every(({ isComplete }) => !isComplete)).toBe(true);
  });
});
