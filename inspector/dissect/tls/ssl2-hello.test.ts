/** The client hello in the format of SSL 2.0 (RFC 5246 §E.2). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { fromHex } from '#protocol/bytes';
import { Dissection } from '../index.ts';
import type { TapEvent, WireRecord } from '../model.ts';
import { readCapture, secretEvents } from '../capture/read.ts';
import { isSsl2Hello } from './ssl2-hello.ts';

// Length, type 1, TLS 1.2, two suites, no session id, a challenge of 16 bytes.
const HELLO = `801f 01 0303 0006 0000 0010 00002f 0700c0 ${'5a'.repeat(16)}`.replaceAll(' ', '');
const END = { address: '127.0.0.1', port: 1 };

function recordsOf(...pieces: Uint8Array[]): readonly WireRecord[] {
  const dissection = new Dissection();
  dissection.add({ kind: 'flow', flow: 1, time: 0, client: END, server: END });
  for (const bytes of pieces)
    dissection.add({ kind: 'chunk', flow: 1, dir: 'c2s', time: 0, bytes } satisfies TapEvent);
  return dissection.records(1);
}

describe('a hello in the format of SSL 2.0', () => {
  it('is read with its fields', () => {
    const [record] = recordsOf(fromHex(HELLO));
    expect(record).toMatchObject({ proto: 'tls', title: 'client_hello (SSL 2.0 format)', state: 'clear' });
    const fields = record?.inner[0]?.fields.map(({ name, value }) => `${name} = ${value}`);
    expect(fields).toEqual([
      'type = client_hello',
      'version = TLS 1.2',
      'cipher_specs_length = 6',
      'session_id_length = 0',
      'challenge_length = 16',
      'cipher_specs = 2 suites',
      'ssl2_session_id = ',
      `challenge = ${'5a'.repeat(16)}`,
    ]);
    const specs = record?.inner[0]?.fields[5]?.children?.map(({ value }) => value);
    expect(specs).toEqual(['TLS_RSA_WITH_AES_128_CBC_SHA', 'SSL 2.0 suite 0x0700c0']);
  });

  it('is recognised by its first eleven bytes, however they arrive', () => {
    const bytes = fromHex(HELLO);
    expect(recordsOf(...[...bytes].map((byte) => Uint8Array.of(byte))).map(({ title }) => title)).toEqual([
      'client_hello (SSL 2.0 format)',
    ]);
  });

  it('is not read where only the beginning looks like one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 11, maxLength: 40 }), (bytes) => {
        bytes.set([0x80, 0x1f, 0x01, 0x03, 0x03]);
        const [specs, session, challenge] = [5, 7, 9].map(
          (at) => ((bytes[at] as number) << 8) | (bytes[at + 1] as number),
        ) as [number, number, number];
        expect(isSsl2Hello(bytes)).toBe(
          specs + session + challenge === 22 && specs % 3 === 0 && specs > 0 && challenge >= 16,
        );
      }),
    );
  });
});

describeVectors('captures', 'a connection that begins so', (folder) => {
  const dissection = new Dissection();
  dissection.addAll(secretEvents(readFileSync(join(folder, 'sslv2-compat-hello.keys'), 'utf8'), 0));
  dissection.addAll(readCapture(readFileSync(join(folder, 'sslv2-compat-hello.pcap'))).events);

  it('opens', () => expect(dissection.flow(1)).toMatchObject({ proto: 'tls', sealed: 0 }));
});
