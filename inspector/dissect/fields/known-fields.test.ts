import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { concat, fromHex } from '#protocol/bytes';
import { pathFields } from '../../../test/support/dissection/fields.ts';
import { SAMPLES } from '../../../test/support/dissection/handshake-samples.ts';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import type { Dictionary } from './dictionary.ts';
import { Dissection } from '../index.ts';
import { DISSECTORS, knownFields } from './known-fields.ts';
import type { Inner, TapEvent, WireRecord } from '../model.ts';

const HISTORY = encodeFrame(
  encodeMessage({
    type: 'history',
    room: 'lobby',
    messages: [{ id: 1, from: 'ana', text: 'hi', ts: 2, via: 'psk' }],
    more: false,
  }),
);
const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'hi', room: 'lobby', ref: 'r' }));
const HELLO = SAMPLES[0]?.bytes.length ?? 0;

/** A flow of TLS in which each sample crosses in a record of its own, then an alert, a heartbeat and the rest. */
const TLS: TapEvent[] = [
  {
    ...(pskConversation({ c2s: [], s2c: [] })[0] as Extract<TapEvent, { kind: 'flow' }>),
    flow: 2,
    wire: 'tls',
  },
  ...[
    ...SAMPLES.slice(0, 1).map(({ bytes }) => concat([fromHex('160301'), length(bytes), bytes])),
    fromHex('1503030002 0228'),
    fromHex('1403030001 01'),
    fromHex('1803030016 01 0003 616263 00112233445566778899aabbccddeeff'),
  ].map((bytes, i) => ({ kind: 'chunk', flow: 2, dir: 'c2s', time: i, bytes }) as const),
];

function length({ length: bytes }: Uint8Array): Uint8Array {
  return Uint8Array.of(bytes >> 8, bytes & 0xff);
}

const PREFIXES = {
  frame: 'frame',
  psk: 'psk',
  tls: 'tls',
  'tls-handshake': 'tls.handshake',
  'tls-alert': 'tls.alert',
  unknown: 'bytes',
} as const;

/** Paths of all fields of a unit and of those inside it, the message's own under `msg`. */
function paths(unit: WireRecord | Inner): ReturnType<typeof pathFields> {
  const own = pathFields(unit.fields, PREFIXES[unit.proto]).map((found) => ({
    ...found,
    path: found.path.replace(/^frame\.payload\./, 'msg.'),
  }));
  return [...own, ...unit.inner.flatMap(paths)];
}

describe('the known fields', () => {
  const known = new Map(knownFields().map((field) => [field.path, field]));

  it('are named once each, with a note and a source', () => {
    expect(known.size).toBe(knownFields().length);
    for (const { path, note, source } of knownFields()) {
      expect(path).toMatch(/^(bytes|frame|msg|psk|tls)(\.[a-z0-9_]+)+$/);
      expect(note, path).toMatch(/\S.*[.?]$/);
      expect(source, path).toMatch(/^(RFC \d+|draft-[\w-]+|protocol(-client|-server)?\.md|psk-wire\.md) §\S/);
    }
  });

  it('have one kind for each path, whichever dissector makes them', () => {
    const kinds = new Map<string, string>();
    const visit = (prefix: string, fields: Dictionary): void => {
      for (const { name, kind, fields: inside } of Object.values(fields)) {
        const path = `${prefix}.${name}`;
        expect(kinds.get(path) ?? kind, path).toBe(kind);
        kinds.set(path, kind);
        if (inside) visit(path, inside);
      }
    };
    for (const { prefix, fields } of DISSECTORS) visit(prefix, fields);
  });

  it.each([
    'frame.length',
    'msg.text',
    'msg.messages.text',
    'psk.sequence',
    'psk.client_nonce',
    'tls.type',
    'tls.ciphertext.content_type',
    'tls.alert.description',
    'tls.handshake.cipher_suites.cipher_suite',
    'tls.handshake.extensions.server_name.name',
    'tls.handshake.certificate_list.certificate.subject.common_name',
    'tls.handshake.certificate_list.certificate.extensions.subject_alternative_name.dns_name',
  ])('have %s among them', (path) => expect(known.has(path)).toBe(true));

  it('are all that a dissection makes', () => {
    const dissection = new Dissection();
    dissection.addAll([...pskConversation({ c2s: [SAY], s2c: [HISTORY] }), ...TLS]);
    const found = dissection.allRecords().flatMap(paths);
    expect(HELLO).toBeGreaterThan(500);
    for (const path of ['psk.suites', 'msg.messages.via', 'tls.fragment.heartbeat_type', 'tls.alert.level']) {
      expect(found.map((one) => one.path)).toContain(path);
    }
    for (const { path, field } of found) {
      expect(known.has(path), path).toBe(true);
      expect(field.note, path).not.toBe('');
      expect(field.source, path).toBeDefined();
      const isNumber = typeof field.value === 'number' || field.number !== undefined;
      if (isNumber) expect(known.get(path)?.kind, path).toBe('number');
    }
  });

  it('cite sections that our own pages have', () => {
    const cited = new Set(knownFields().flatMap(({ source }) => source.split('; ')));
    const own = [...cited].filter((source) => source.includes('.md'));
    expect(own.length).toBeGreaterThan(8);
    for (const source of own) {
      const [page = '', section = ''] = source.split(' §');
      const text = readFileSync(join(import.meta.dirname, '../../../docs/reference', page), 'utf8');
      const [heading = '', message] = section.split(': ');
      expect(text, source).toContain(`# ${heading}\n`);
      if (message !== undefined) expect(text, source).toContain(`## \`${message}\`\n`);
    }
  });
});
