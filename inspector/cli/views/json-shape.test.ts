/** The output of `--json` for TLS, checked against the shape that the reference promises. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { ensureCertificates } from '#certs/ensure';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { EMPTY, concat, fromHex, utf8 } from '#protocol/bytes';
import { SAMPLES, u } from '../../../test/support/dissection/handshake-samples.ts';
import { throughJson } from '../../../test/support/programs/json.ts';
import { type Credentials, tlsConversation } from '../../../test/support/flows/tls-conversation.ts';
import { flowOf } from '../../../test/support/captures/views.ts';
import { Carriers } from './carriers.ts';
import { DERIVATION, RECORD } from './json-shape.ts';
import { recordObject } from './record-object.ts';
import { scheduleObjects } from './schedule-view.ts';

interface Printed {
  readonly state: string;
  readonly inner: readonly { readonly title: string; readonly state: string }[];
}

/** The records as a script gets them. Each must have the documented shape. */
function printed(dissection: Dissection): readonly Printed[] {
  const carriers = new Carriers(dissection);
  const objects = dissection
    .allRecords()
    .map((record) => recordObject(record, flowOf(dissection, record), carriers.of(record)));
  const records = throughJson<Printed[]>(objects);
  for (const record of records) expect(v.safeParse(RECORD, record).issues).toBeUndefined();
  return records;
}

function dissected(events: readonly TapEvent[], keys = true): Dissection {
  const dissection = new Dissection({ keys });
  dissection.addAll(events);
  return dissection;
}

describe.each([
  { version: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES128-GCM-SHA256' },
] as const)('a conversation over $version', (choice) => {
  let folder: string;
  let events: readonly TapEvent[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-json-'));
    const credentials: Credentials = await ensureCertificates(folder, {
      hosts: ['localhost'],
      now: new Date(),
    });
    events = await tlsConversation(credentials, choice, [
      { dir: 'c2s', bytes: utf8('GET / HTTP/1.1\r\n\r\n') },
      { dir: 's2c', bytes: utf8('hello') },
    ]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('opened, its chain and its keys', () => {
    const dissection = dissected(events);
    const records = printed(dissection);
    const titles = records.flatMap(({ inner }) => inner.map(({ title }) => title));
    expect(titles).toEqual(expect.arrayContaining(['client_hello', 'certificate', 'finished']));
    expect(new Set(records.map(({ state }) => state))).toEqual(new Set(['clear', 'opened']));
    const derivations = throughJson<unknown[]>([...scheduleObjects({ dissection })]);
    expect(derivations.length).toBeGreaterThan(3);
    for (const object of derivations) expect(v.safeParse(DERIVATION, object).issues).toBeUndefined();
  });

  it('closed', () => {
    expect(new Set(printed(dissected(events, false)).map(({ state }) => state))).toEqual(
      new Set(['clear', 'no-key']),
    );
  });
});

describe('handshake messages in the clear, after a client hello', () => {
  const [hello] = SAMPLES;

  it.each(SAMPLES.map(({ name, bytes }) => ({ name, bytes })))('$name', ({ bytes }) => {
    const side = (port: number) => ({ address: '192.0.2.1', port });
    const records = printed(
      dissected([
        { kind: 'flow', flow: 1, time: 1, client: side(40_000), server: side(443) },
        {
          kind: 'chunk',
          flow: 1,
          dir: 'c2s',
          time: 2,
          bytes: concat([hello?.bytes ?? EMPTY, bytes].map(record)),
        },
      ]),
    );
    expect(records.map(({ inner }) => inner.length)).toEqual([1, 1]);
  });
});

function record(message: Uint8Array): Uint8Array {
  return concat([fromHex('160303'), u(2, message.length), message]);
}
