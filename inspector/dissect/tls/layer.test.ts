import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { EMPTY, fromHex, toHex } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { Dissection } from '../index.ts';
import { unitsIn, wireRanges } from '../fields/locate.ts';
import type { Direction, TapEvent, WireRecord } from '../model.ts';
import { readCapture, secretEvents } from '../capture/read.ts';

const FLOW: TapEvent = {
  kind: 'flow',
  flow: 1,
  wire: 'tls',
  time: 0,
  client: { address: '127.0.0.1', port: 1 },
  server: { address: '127.0.0.1', port: 2 },
};
const chunk = (dir: Direction, hex: string): TapEvent => ({
  kind: 'chunk',
  flow: 1,
  dir,
  time: 0,
  bytes: fromHex(hex),
});
function recordsOf(...events: TapEvent[]): readonly WireRecord[] {
  const dissection = new Dissection();
  dissection.addAll([FLOW, ...events]);
  return dissection.records(1);
}
const find = (fields: readonly Field[], ...path: string[]): Field | undefined =>
  path.reduce<Field | undefined>(
    (field, name) => (field ? field.children : fields)?.find((child) => child.name === name),
    undefined,
  );

describeVectors('illustrated-tls13', 'the illustrated TLS 1.3 connection', (folder) => {
  const file = (name: string): Buffer => readFileSync(join(folder, 'captures', name));
  const dissection = new Dissection();
  dissection.addAll(readCapture(file('capture.pcap')).events);
  dissection.addAll(secretEvents(file('keylog.txt').toString(), 0));
  const records = dissection.records(1);

  const ROWS: readonly [raw: string, plain: string | undefined, title: string][] = [
    ['clienthello', undefined, 'client_hello'],
    ['serverhello', undefined, 'server_hello'],
    ['serverccs', undefined, 'change_cipher_spec'],
    ['serverencextensions', 'serverextensions', 'encrypted_extensions'],
    ['serverenccert', 'servercert', 'certificate'],
    ['serverenccertverify', 'servercertverify', 'certificate_verify'],
    ['serverencfinished', 'serverfinished', 'finished'],
    ['clientccs', undefined, 'change_cipher_spec'],
    ['clientencfinished', 'clientfinished', 'finished'],
    ['clientencdata', 'clientdata', 'application_data'],
    ['serverencticket1', 'serverticket1', 'new_session_ticket'],
    ['serverencticket2', 'serverticket2', 'new_session_ticket'],
    ['serverencdata', 'serverdata', 'application_data'],
  ];

  it('has these records and no others', () => expect(records).toHaveLength(ROWS.length));

  it.each(ROWS.map(([raw, plain, title], i) => ({ raw, plain, title, record: records[i] as WireRecord })))(
    'has the record $raw, $title, opened to $plain',
    ({ raw, plain, title, record }) => {
      expect(record.title).toBe(title);
      expect(toHex(record.raw)).toBe(file(join('caps', raw)).toString('hex'));
      expect(record.state).toBe(plain === undefined ? 'clear' : 'opened');
      if (plain === undefined) return;
      // The files of the contents keep the content type at their end.
      const type = find(record.fields, 'ciphertext', 'content_type')?.value === 'handshake' ? '16' : '17';
      expect(toHex(record.plain ?? EMPTY) + type).toBe(file(join('caps', plain)).toString('hex'));
    },
  );

  it('reads the client hello', () => {
    const [hello] = records[0]?.inner ?? [];
    const fields = hello?.fields ?? [];
    expect(hello?.start).toBe(5);
    expect(find(fields, 'random')).toMatchObject({ start: 6, end: 38 });
    expect(find(fields, 'cipher_suites')?.children?.map((suite) => suite.value)).toEqual([
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_128_GCM_SHA256',
      'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
    ]);
    expect(find(fields, 'extensions', 'server_name')?.value).toBe('example.ulfheim.net');
    expect(find(fields, 'extensions', 'supported_versions')?.value).toBe('TLS 1.3');
    expect(find(fields, 'extensions', 'key_share')?.value).toBe('x25519');
  });
});

describeVectors('illustrated-tls12', 'the illustrated TLS 1.2 connection', (folder) => {
  const file = (name: string): Buffer => readFileSync(join(folder, 'captures', name));
  const dissection = new Dissection();
  dissection.addAll(readCapture(file('capture.pcap')).events);
  dissection.addAll(secretEvents(file('keylog.txt').toString(), 0));

  const ROWS: readonly [raw: string, plain: string | undefined, title: string][] = [
    ['clienthello', undefined, 'client_hello'],
    ['serverhello', undefined, 'server_hello'],
    ['servercert', undefined, 'certificate'],
    ['serverkeyexchange', undefined, 'server_key_exchange'],
    ['serverhellodone', undefined, 'server_hello_done'],
    ['clientkeyexchange', undefined, 'client_key_exchange'],
    ['clientccs', undefined, 'change_cipher_spec'],
    ['clientfinished', 'clientfinishedplain', 'finished'],
    ['serverccs', undefined, 'change_cipher_spec'],
    ['serverfinished', 'serverfinishedplain', 'finished'],
    ['clientdata', 'clientdataplain', 'application_data'],
    ['serverdata', 'serverdataplain', 'application_data'],
    ['clientalert', 'clientalertplain', 'alert: close_notify'],
  ];
  const records = dissection.records(1);

  it('has these records and no others', () => expect(records).toHaveLength(ROWS.length));

  it.each(ROWS.map(([raw, plain, title], i) => ({ raw, plain, title, record: records[i] as WireRecord })))(
    'has the record $raw, $title, opened to $plain',
    ({ raw, plain, title, record }) => {
      expect(record.title).toBe(title);
      expect(toHex(record.raw)).toBe(file(join('caps', raw)).toString('hex'));
      expect(record.state).toBe(plain === undefined ? 'clear' : 'opened');
      if (plain === undefined) return;
      const known = file(join('caps', plain));
      const { length } = record.plain ?? EMPTY;
      expect(toHex(record.plain ?? EMPTY)).toBe(known.subarray(0, length).toString('hex'));
      // Most of the files keep the MAC and the last byte of the padding, which says how many there are before it.
      expect([0, 20 + 1]).toContain(known.length - length);
      const padding = find(record.fields, 'ciphertext', 'block_padding');
      if (known.length > length) expect(padding?.value).toBe((known.at(-1) ?? 0) + 1);
    },
  );
});

describe('the tls wire', () => {
  it('names alerts', () => {
    const [record] = recordsOf(chunk('s2c', '15030300020228'));
    expect(record).toMatchObject({ title: 'alert: handshake_failure', state: 'clear' });
    expect(record?.inner[0]?.fields.map(({ name, value, start, end }) => [name, value, start, end])).toEqual([
      ['level', 'fatal', 0, 1],
      ['description', 'handshake_failure', 1, 2],
    ]);
    expect(record?.inner[0]?.start).toBe(5);
  });

  it('puts a handshake message together from two records', () => {
    // server_hello_done is as short as a message can be: its header of four bytes.
    const records = recordsOf(chunk('s2c', '160303' + '0003' + '0e0000' + '160303' + '0005' + '000e000000'));
    expect(records[0]).toMatchObject({ title: 'handshake', unfinished: 3, inner: [] });
    expect(records[1]?.inner.map(({ title, start, bytes }) => [title, start, toHex(bytes)])).toEqual([
      ['server_hello_done', -3, '0e000000'],
      ['server_hello_done', 6, '0e000000'],
    ]);
    const [begun, whole] = unitsIn(records[1] as WireRecord);
    expect(wireRanges(records[1] as WireRecord, begun?.path ?? [], 0, 4)).toEqual([{ start: 5, end: 6 }]);
    expect(wireRanges(records[1] as WireRecord, whole?.path ?? [], 1, 4)).toEqual([{ start: 7, end: 10 }]);
  });

  it('shows a damaged extension and reads those after it', () => {
    const extensions = '0000' + '0002' + '0009' + '002b' + '0003' + '02' + '0304';
    const body = `0303${'00'.repeat(32)}00` + `0002` + `1301` + `0100` + `000d${extensions}`;
    const length = (body.length / 2).toString(16).padStart(2, '0');
    const total = (body.length / 2 + 4).toString(16).padStart(4, '0');
    const [record] = recordsOf(chunk('c2s', `160301${total}010000${length}${body}`));
    expect(record).toMatchObject({ state: 'malformed', reason: 'a list of 9 bytes where there are 0' });
    const fields = record?.inner[0]?.fields ?? [];
    expect(find(fields, 'extensions', 'server_name', 'fault')?.malformed).toBe(true);
    expect(find(fields, 'extensions', 'supported_versions')?.value).toBe('TLS 1.3');
  });

  it.each([
    ['4745542f20', '0x47 is not a record type of TLS: this is plain text'],
    ['1601000005', 'version 1.0 is not one of TLS'],
    ['160301ffff', 'a record of 65535 bytes, at most 18432 are allowed'],
  ])('loses its boundaries at %s', (hex, reason) => {
    expect(recordsOf(chunk('c2s', hex))).toMatchObject([{ title: 'bytes', state: 'malformed', reason }]);
  });

  it('says that a recording which began too late cannot be opened', () => {
    const records = recordsOf(
      chunk('s2c', `1703030013${'00'.repeat(19)}`),
      chunk('c2s', `1503030013${'00'.repeat(19)}`),
    );
    expect(records.map(({ title, state, reason }) => [title, state, reason])).toEqual([
      ['application_data', 'no-key', 'the hellos of this connection were not seen'],
      ['alert', 'no-key', 'the hellos of this connection were not seen'],
    ]);
  });
});
