import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import type { TapEvent, WireRecord } from '#dissect/model';
import { CLIENT_ROWS } from '#protocol/messages';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import type { Fact } from '../model/facts.ts';
import { framesOf } from '../model/messages.ts';
import { KEPT } from '../model/server-view.ts';
import { factsOf } from './around.ts';
import { TrafficReader } from './traffic-reader.ts';

const SAID = {
  type: 'message',
  id: 7,
  room: 'lobby',
  from: 'ana',
  text: 'north gate',
  ts: 1,
  via: 'psk',
} as const;
const joined = (name: string): Line => ({
  dir: 's2c',
  message: { type: 'joined', room: 'lobby', members: [], count: 1, name, messages: [], more: false },
});

function read(events: readonly TapEvent[], keys = true): TrafficReader['log'] {
  const reader = new TrafficReader();
  reader.add([...events].sort((a, b) => a.time - b.time));
  reader.setKeys(keys);
  reader.readOn(() => false);
  return reader.log;
}

/** `term: text` by term, with a question mark before what cannot be known. */
function told(facts: readonly Fact[] | undefined): Record<string, string> {
  return Object.fromEntries((facts ?? []).map(({ term, text, known }) => [term, known ? text : `? ${text}`]));
}

function recorded(name: string, keys: boolean): TrafficReader['log'] {
  return read(
    readCapture(readFileSync(new URL(`../../../docs/recordings/${name}.pcapng`, import.meta.url))).events,
    keys,
  );
}

describe('what the server has', () => {
  const ana = traffic({
    flow: 1,
    wire: 'psk',
    lines: [
      { dir: 'c2s', message: { type: 'join', name: 'ana' } },
      joined('ana'),
      { dir: 'c2s', message: { type: 'say', text: 'north gate', ref: 'r1' } },
      { dir: 's2c', message: { type: 'ack', ref: 'r1', id: 7, room: 'lobby', ts: 1 } },
      {
        dir: 'c2s',
        message: { type: 'register', name: 'ana', password: 'seventeen blue kettles', ref: 'r2' },
      },
      { dir: 'c2s', message: { type: 'kick', name: 'ben', ref: 'r3' } },
      { dir: 's2c', message: { type: 'error', code: 'forbidden', message: 'no', fatal: false, ref: 'r3' } },
    ],
  });
  const ben = traffic({
    flow: 2,
    wire: 'plain',
    lines: [joined('ben'), { dir: 's2c', message: SAID }],
    start: 1_700_000_000_010,
  });
  const log = read([...ana, ...ben]);
  const request = (title: string): WireRecord =>
    log
      .recordsOf(1)
      .find((record) => record.dir === 'c2s' && framesOf(record).some((frame) => frame.title === title))!;
  const facts = (title: string) => told(factsOf(log, request(title))?.server);

  it('is a message with its author, its number, and to whom it goes', () => {
    expect(facts('say')).toEqual({
      From: 'ana: the name that belongs to connection 1. The message itself does not say it.',
      Reads: 'It read “say” and has every byte of it: psk, aes-256-gcm ends here.',
      Keeps: 'The text, its author, its room, its time and the wire it came over. It is message 7.',
      'Passes on': 'To ben (plain).',
    });
  });

  it('knows a connection by the name that it had then, though an account takes the name later', () => {
    const say = (text: string): Line => ({ dir: 'c2s', message: { type: 'say', text } });
    const renamed = (you?: true): Line => ({
      dir: 's2c',
      message: { type: 'renamed', name: 'ana', now: 'guest-7f3a', you },
    });
    const heard = { dir: 's2c', message: { ...SAID, from: 'ben' } } as const;
    const guest = traffic({
      flow: 1,
      wire: 'psk',
      lines: [joined('ana'), say('first'), renamed(true), say('second'), heard],
    });
    const other = traffic({
      flow: 2,
      wire: 'plain',
      lines: [
        joined('ben'),
        renamed(),
        { dir: 'c2s', message: { type: 'say', text: 'hi', ref: 'r1' } },
        { dir: 's2c', message: { type: 'ack', ref: 'r1', id: 7, room: 'lobby', ts: 1 } },
        {
          dir: 's2c',
          message: {
            ...{ type: 'auth_success', name: 'Benno', role: 'user', token: 'ab'.repeat(32) },
            ...{ session: 'cd'.repeat(16), expires: 2, second_factor: false },
          },
        },
        say('as Benno'),
      ],
    });
    const both = read([...guest, ...other]);
    const said = (flow: number) =>
      both
        .recordsOf(flow)
        .filter((record) => record.dir === 'c2s' && framesOf(record).some(({ title }) => title === 'say'))
        .map((record) => told(factsOf(both, record)?.server));
    expect(said(1).map(({ From }) => From?.split(':')[0])).toEqual(['ana', 'guest-7f3a']);
    expect(said(2).map(({ From }) => From?.split(':')[0])).toEqual(['ben', 'Benno']);
    expect(said(2)[0]?.['Passes on']).toBe('To guest-7f3a (psk).');
  });

  it('is of a password only a bcrypt hash', () => {
    const { Keeps } = facts('register');
    expect(Keeps).toContain('a bcrypt hash of the password. The password itself is never stored.');
    expect(JSON.stringify(factsOf(log, request('register')))).not.toContain('kettles');
  });

  it('is nothing of what it refused', () => {
    expect(facts('kick').Keeps).toBe('? Nothing: it refused “kick” (forbidden).');
  });

  it('has a row for every message of a client', () => {
    expect(Object.keys(KEPT).sort()).toEqual(Object.keys(CLIENT_ROWS).sort());
  });
});

describe('what Eve has', () => {
  const log = recorded('tls12', false);
  const first = (records: TrafficReader['log'], state: string): WireRecord =>
    (['plain', 'psk', 'tls', 'tls+psk'] as const)
      .flatMap((wire) => records.records(wire))
      .find((record) => record.state === state)!;

  it('is length, time, ends and, of TLS 1.2, the certificate', () => {
    const facts = told(factsOf(log, first(log, 'no-key'))?.eve);
    expect(facts['Length']).toMatch(/She can read \d+ of its \d+ bytes\.$/);
    expect(facts['Timing']).toMatch(/ms after the record before it/);
    expect(facts['Connection']).toMatch(/records so far/);
    expect(facts['Certificate']).toContain('TLS 1.2 sends it in the clear');
  });

  it.each([true, false])('is no certificate of TLS 1.3, whatever keys are at hand: %s', (keys) => {
    const tls13 = recorded('tls13', keys);
    const facts = told(factsOf(tls13, first(tls13, keys ? 'opened' : 'no-key'))?.eve);
    expect(facts['Certificate']).toMatch(/^\? Cannot be read: TLS 1.3 seals it/);
    expect(facts['Server name']).toBeDefined();
  });

  it('is the id of a psk key, and all of a plain record', () => {
    const psk = read(
      traffic({ flow: 1, wire: 'psk', lines: [{ dir: 'c2s', message: { type: 'ping' } }] }),
      false,
    );
    expect(told(factsOf(psk, first(psk, 'no-key'))?.eve)['Key id']).toBe(
      'demo: which key is used, and not the key.',
    );
    const plain = read(
      traffic({ flow: 1, wire: 'plain', lines: [{ dir: 'c2s', message: { type: 'ping' } }] }),
    );
    const facts = told(factsOf(plain, first(plain, 'clear'))?.eve);
    expect(facts['Length']).toContain('She can read all of it.');
    expect(facts['Timing']).toContain('the first of its connection');
  });
});
