/**
 * Where records begin and end says nothing about messages: any split of a handshake reads the same (RFC 8446
 * §5.1).
 */
import { createCipheriv } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { counterNonce } from '#channel/counter-nonce';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { type Credentials, tlsConversation } from '../../../test/support/flows/tls-conversation.ts';
import { chunk } from '../../../test/support/flows/chunk.ts';
import { Dissection } from '../index.ts';
import type { Direction, Inner, TapEvent, WireRecord } from '../model.ts';
import { readCapture, secretEvents } from '../capture/read.ts';
import { type TrafficKeys, trafficKeys } from './schedule.ts';

const [ALERT, HANDSHAKE, APPLICATION_DATA] = [0x15, 0x16, 0x17];
const FINISHED = 0x14;

/** How long the pieces are, one after the other. */
type Sizes = readonly number[];

function pieces(bytes: Uint8Array, sizes: Sizes): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    found.push(bytes.subarray(at, at + size));
    at += size;
  }
  return found;
}

function record(type: number, fragment: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(type, 3, 3, fragment.length >> 8, fragment.length & 0xff), fragment]);
}

/** Seals as TLS_AES_128_GCM_SHA256 does, with node:crypto. */
class Sealer {
  readonly #keys: Record<'handshake' | 'application', TrafficKeys>;
  #phase: 'handshake' | 'application' = 'handshake';
  #sequence = 0;

  constructor(dir: Direction, lines: readonly string[]) {
    const side = dir === 'c2s' ? 'CLIENT' : 'SERVER';
    const keysOf = (label: string): TrafficKeys => {
      const secret = lines.find((line) => line.startsWith(`${label} `))?.split(' ')[2] ?? '';
      return trafficKeys('sha256', 'aes-128-gcm', fromHex(secret));
    };
    this.#keys = {
      handshake: keysOf(`${side}_HANDSHAKE_TRAFFIC_SECRET`),
      application: keysOf(`${side}_TRAFFIC_SECRET_0`),
    };
  }

  seal(type: number, content: Uint8Array): Uint8Array {
    const { key, iv } = this.#keys[this.#phase];
    const length = content.length + 1 + 16;
    const header = Uint8Array.of(APPLICATION_DATA, 3, 3, length >> 8, length & 0xff);
    const cipher = createCipheriv('aes-128-gcm', key, counterNonce(iv, this.#sequence++)).setAAD(header);
    const sealed = cipher.update(concat([content, Uint8Array.of(type)]));
    cipher.final();
    return concat([header, sealed, cipher.getAuthTag()]);
  }

  finished(): void {
    [this.#phase, this.#sequence] = ['application', 0];
  }
}

/** The same conversation with its handshake in records of these sizes. */
function split(events: readonly TapEvent[], sizes: Sizes, sealed13: boolean): TapEvent[] {
  const lines = events.flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
  const sealers = sealed13 && { c2s: new Sealer('c2s', lines), s2c: new Sealer('s2c', lines) };
  const resealed = ({ dir, plain, inner, fields }: WireRecord, sealer: Sealer): TapEvent[] => {
    const type = typeOf(fields) ?? APPLICATION_DATA;
    const contents = type === HANDSHAKE ? pieces(plain as Uint8Array, sizes) : [plain as Uint8Array];
    const made = contents.map((content) => chunk(dir, sealer.seal(type, content)));
    if (inner.some(({ bytes }) => type === HANDSHAKE && bytes[0] === FINISHED)) sealer.finished();
    return made;
  };
  return [
    ...events.filter(({ kind }) => kind === 'flow' || kind === 'secret'),
    ...read(events)
      .records(1)
      .flatMap((one): TapEvent[] => {
        if (one.plain && sealers) return resealed(one, sealers[one.dir]);
        if (one.raw[0] !== HANDSHAKE || one.state !== 'clear') return [chunk(one.dir, one.raw)];
        return pieces(one.raw.subarray(5), sizes).map((piece) => chunk(one.dir, record(HANDSHAKE, piece)));
      }),
  ];
}

function typeOf(fields: WireRecord['fields']): number | undefined {
  const ciphertext = fields.find(({ name }) => name === 'ciphertext');
  return ciphertext?.children?.find(({ name }) => name === 'content_type')?.number;
}

function read(events: readonly TapEvent[]): Dissection {
  const dissection = new Dissection();
  dissection.addAll(events);
  return dissection;
}

/** What both sides said, without anything about the records it came in. */
function heard(dissection: Dissection): object {
  const records = dissection.records(1);
  const messages = (dir: Direction): string[] =>
    records
      .filter((one) => one.dir === dir)
      .flatMap(({ inner }): readonly Inner[] => inner)
      .map(({ proto, title, state, bytes }) => `${proto} ${title} ${state} ${toHex(bytes)}`);
  return {
    c2s: messages('c2s'),
    s2c: messages('s2c'),
    states: [...new Set(records.map(({ state }) => state))].sort(),
    schedule: dissection.keySchedule(1).map(({ id, output, check }) => [id, output, check?.fits]),
  };
}

const CHOICES = [
  ['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ['TLSv1.2', 'ECDHE-RSA-AES256-SHA384'],
] as const;

describe.each(CHOICES)('%s, %s', (version, suite) => {
  let events: TapEvent[];
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wireglass-splits-'));
    const credentials: Credentials = await ensureCertificates(folder, {
      hosts: ['localhost'],
      now: new Date(),
    });
    const said = await tlsConversation(credentials, { version, suite }, [
      { dir: 'c2s', bytes: utf8('the same words') },
      { dir: 's2c', bytes: utf8('and their answer') },
    ]);
    // What it is must be told from its bytes.
    events = said.map((event) => {
      if (event.kind !== 'flow') return event;
      const { wire: _, ...unnamed } = event;
      return unnamed;
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is heard the same, in records of whatever sizes', () => {
    const whole = heard(read(events));
    expect(whole).toMatchObject({ states: ['clear', 'opened'] });
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2_000 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(sizes, (lengths) => {
        expect(heard(read(split(events, lengths, version === 'TLSv1.3')))).toEqual(whole);
      }),
      { numRuns: 25, examples: [[[1]], [[2, 1]], [[3]], [[4]], [[5]]] },
    );
  });

  it('is heard the same with empty records of handshake between', () => {
    const empty: TapEvent = {
      kind: 'chunk',
      flow: 1,
      dir: 'c2s',
      time: 0,
      bytes: record(HANDSHAKE, new Uint8Array(0)),
    };
    const at = events.findIndex(({ kind }) => kind === 'chunk');
    expect(heard(read(events.toSpliced(at, 0, empty)))).toEqual(heard(read(events)));
  });
});

describe('alerts before TLS 1.3', () => {
  const flow: TapEvent = {
    kind: 'flow',
    flow: 1,
    wire: 'tls',
    time: 0,
    client: { address: '127.0.0.1', port: 1 },
    server: { address: '127.0.0.1', port: 2 },
  };
  const alerts = (...fragments: string[]): string[] => {
    const chunks = fragments.map((hex): TapEvent => ({
      kind: 'chunk',
      flow: 1,
      dir: 's2c',
      time: 0,
      bytes: record(ALERT, fromHex(hex)),
    }));
    return read([flow, ...chunks])
      .records(1)
      .map(
        ({ title, state, unfinished = 0 }) =>
          `${title} ${state}${unfinished > 0 ? `, ${unfinished} more` : ''}`,
      );
  };

  it('two may share a record', () => {
    expect(alerts('0228 0100'.replace(' ', ''))).toEqual([
      'alert: handshake_failure, alert: close_notify clear',
    ]);
  });

  it('one may take two records', () => {
    expect(alerts('02', '28')).toEqual(['alert clear, 1 more', 'alert: handshake_failure clear']);
  });
});

describe('a handshake message longer than is read', () => {
  it('is skipped, and those after it are read', () => {
    const length = 300_000;
    const long = concat([Uint8Array.of(0x0b, 0, 0, 0), new Uint8Array(length)]);
    long.set([length >> 16, (length >> 8) & 0xff, length & 0xff], 1);
    const done = fromHex('0e000000');
    const hello = fromHex(`010000290303${'11'.repeat(32)}00000200350100`);
    const records = pieces(concat([long, done]), [16_384]).map((piece) => record(HANDSHAKE, piece));
    const dissection = read([
      {
        kind: 'flow',
        flow: 1,
        time: 0,
        client: { address: 'a', port: 1 },
        server: { address: 'b', port: 2 },
      },
      { kind: 'chunk', flow: 1, dir: 'c2s', time: 0, bytes: record(HANDSHAKE, hello) },
      { kind: 'chunk', flow: 1, dir: 's2c', time: 0, bytes: concat(records) },
    ]);
    const server = dissection.records(1).filter(({ dir }) => dir === 's2c');
    expect(server[0]?.reason).toBe(
      'a handshake message of 300000 bytes is passed over: at most 262144 are read',
    );
    expect(server.at(-1)).toMatchObject({ title: 'server_hello_done', state: 'clear' });
  });
});

describeVectors('captures', 'handshakes in records of odd sizes', (folder) => {
  const NAMES = [
    ...['ch-two-records-0', 'ch-two-records-1', 'ch-two-records-3', 'ch-two-records-tls12'],
    ...[
      'hs-records-of-5',
      'hs-records-of-7',
      'hs-records-of-11',
      'hs-records-of-50',
      'empty-handshake-record',
    ],
    ...['hs13-enc-records-of-3', 'hs13-enc-records-of-10', 'hs13-enc-records-of-50', 'keyupdate-split'],
  ];
  it.each(NAMES)('%s opens', (name) => {
    const keys = secretEvents(readFileSync(join(folder, `${name}.keys`), 'utf8'), 0);
    const { events } = readCapture(readFileSync(join(folder, `${name}.pcap`)));
    const states = read([...keys, ...events])
      .records(1)
      .map(({ state }) => state);
    expect([...new Set(states)].sort()).toEqual(['clear', 'opened']);
  });

  it.each(['alert-split', 'alerts-two-in-one'])('%s holds alerts, and nothing malformed', (name) => {
    const { events } = readCapture(readFileSync(join(folder, `${name}.pcap`)));
    const inner = read(events)
      .records(1)
      .flatMap((one) => one.inner);
    const alerts = inner.filter(({ proto }) => proto === 'tls-alert');
    expect(alerts.length).toBeGreaterThan(0);
    expect(alerts.map(({ state }) => state)).not.toContain('malformed');
  });
});
