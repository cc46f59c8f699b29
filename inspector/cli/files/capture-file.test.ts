/** A streamed capture shows the same as one that is kept, however little may be held. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { TapEvent, WireRecord } from '#dissect/model';
import { readCapture } from '#dissect/capture/read';
import { writePcapng } from '#dissect/capture/write';
import { concat } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { captureNames, secretsOf } from '../../../test/support/captures/foreign-captures.ts';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { throughJson } from '../../../test/support/programs/json.ts';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { flowOf } from '../../../test/support/captures/views.ts';
import { CaptureFile } from './capture-file.ts';
import { Carriers } from '../views/carriers.ts';
import { nativeRecordCiphers } from '../ciphers-native.ts';
import { FlowCounts } from '../views/flow-counts.ts';
import { recordObject } from '../views/record-object.ts';
import { statsObjects } from '../views/stats-objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'wireglass-capture-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PONG = encodeFrame(encodeMessage({ type: 'pong' }));
const NOTHING_ODD = (text: string): never => {
  throw new Error(text);
};

function saved(bytes: Uint8Array): string {
  const file = join(folder, 'capture');
  writeFileSync(file, bytes);
  return file;
}

/** The output of `--json` for a file of which so many bytes may be held, with and without `--stats`. */
async function streamed(file: string, maxBytes: number, secrets: readonly string[] = []): Promise<unknown[]> {
  const dissection = new Dissection({ ciphers: nativeRecordCiphers, streamed: true, maxBytes });
  for (const line of secrets) dissection.add({ kind: 'secret', time: 0, line });
  const capture = new CaptureFile(dissection);
  const counts = new FlowCounts({ dissection: capture });
  const report = await capture.read(file, { warn: () => undefined, found: (flow) => counts.found(flow) });
  const carriers = new Carriers(capture);
  const records = Array.from(capture.allRecords(), (record) =>
    throughJson(recordObject(record, flowOf(capture, record), carriers.of(record))),
  );
  const stats = [...statsObjects({ dissection: capture }, report, counts)];
  capture.close();
  return [...records, ...stats];
}

function kept(file: string, secrets: readonly string[] = []): unknown[] {
  const dissection = new Dissection({ ciphers: nativeRecordCiphers });
  for (const line of secrets) dissection.add({ kind: 'secret', time: 0, line });
  const { events, ...report } = readCapture(readFileSync(file));
  dissection.addAll(events);
  const carriers = new Carriers(dissection);
  const records = dissection
    .allRecords()
    .map((record) => throughJson(recordObject(record, flowOf(dissection, record), carriers.of(record))));
  return [...records, ...statsObjects({ dissection }, report)];
}

describeVectors('captures', 'every capture, streamed', (vectors) => {
  it.each(captureNames(vectors).filter((name) => name !== 'net-gz-of-gz.pcap.gz'))(
    '%s shows what it shows when it is kept',
    async (name) => {
      const [file, secrets] = [join(vectors, name), secretsOf(vectors, name)];
      expect(await streamed(file, 100, secrets)).toEqual(kept(file, secrets));
    },
  );
});

describe('a capture that is streamed', () => {
  const talk = pskConversation({ c2s: [PONG, concat([PONG, PONG])], s2c: [PONG] });

  it('opens with secrets at its end', async () => {
    const [secret] = talk.filter(({ kind }) => kind === 'secret') as [TapEvent & { kind: 'secret' }];
    const first = saved(writePcapng(talk));
    const expected = await streamed(first, Infinity);
    // Section, interface, secrets, packets: the block of secrets is moved after the packets.
    const bytes = new Uint8Array(readFileSync(first));
    const at = Buffer.from(bytes).indexOf(Buffer.from(secret.line)) - 16;
    const length = new DataView(bytes.buffer).getUint32(at + 4, true);
    const moved = concat([
      bytes.subarray(0, at),
      bytes.subarray(at + length),
      bytes.subarray(at, at + length),
    ]);
    expect(await streamed(saved(moved), 10)).toEqual(expected);
    expect(JSON.stringify(expected)).toContain('"state":"opened"');
  });

  it('has all records of a connection with more than 100,000', { timeout: 120_000 }, async () => {
    const client = { address: '192.0.2.1', port: 40_000 };
    const flow = { kind: 'flow', flow: 1, time: 1, client, server: { ...client, port: 80 } } as const;
    const chunk = { kind: 'chunk', flow: 1, dir: 'c2s', time: 2 } as const;
    const bytes = concat(Array.from({ length: 60 }, () => PONG));
    const events: TapEvent[] = [flow, ...Array.from({ length: 1_700 }, () => ({ ...chunk, bytes }))];
    const capture = new CaptureFile(new Dissection({ streamed: true, maxBytes: 100_000 }));
    await capture.read(saved(writePcapng(events)), { warn: NOTHING_ODD });
    expect(capture.flows).toMatchObject([{ records: 102_000, cut: 0, waiting: 0 }]);
    let last: WireRecord | undefined;
    let count = 0;
    for (const record of capture.allRecords()) [last, count] = [record, count + 1];
    expect([count, last?.index]).toEqual([102_000, 101_999]);
  });

  it('reports the progress of each reading, until its end or until nobody reads on', async () => {
    const capture = new CaptureFile(new Dissection({ streamed: true }));
    const heard: string[] = [];
    const watch = (name: string, total: number | undefined) => ({
      update: (read: number) => heard.push(`${name.replace(/.*\//, '')}: ${read} of ${total ?? '?'}`),
      clear: () => heard.push('cleared'),
    });
    const [file, size] = [saved(writePcapng(talk)), writePcapng(talk).length];
    await capture.read(file, { warn: NOTHING_ODD, watch });
    const name = file.replace(/.*\//, '');
    expect(new Set(heard)).toEqual(new Set([`${name}: ${size} of ${size}`, 'cleared']));
    expect(heard.splice(0).at(-1)).toBe('cleared');
    expect([...capture.allRecords()]).not.toEqual([]);
    expect(heard.splice(0)).toEqual([`${name}, read again: ${size} of ${size}`, 'cleared']);
    for (const _ of capture.allRecords()) break;
    expect(heard.at(-1)).toBe('cleared');
  });

  it('says how many bytes at its end begin a record that it cuts off', async () => {
    const cut = talk.flatMap((event): TapEvent[] =>
      event.kind === 'chunk' && event.bytes.length === PONG.length * 2 + 28
        ? [{ ...event, bytes: event.bytes.subarray(0, 30) }]
        : event.kind === 'end' || event.time > 1_005
          ? []
          : [event],
    );
    const capture = new CaptureFile(new Dissection({ streamed: true }));
    await capture.read(saved(writePcapng(cut)), { warn: NOTHING_ODD });
    expect(capture.flows[0]?.waiting).toBe(30);
  });
});
