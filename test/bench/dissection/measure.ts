/**
 * One dissection, measured in a process of its own: `measure.ts` gets an order as JSON on standard input and prints
 * the outcome as JSON. What is dissected was made before the clock starts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ensureCertificates } from '#certs/ensure';
import { pureRecordCiphers } from '#dissect/crypto/pure';
import { Dissection } from '#dissect/index';
import type { TapEvent, WireRecord } from '#dissect/model';
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { chatFrames, ownTraffic, shortFrames, tlsTraffic } from './traffic.ts';

export interface DissectionOrder {
  readonly wire: 'plain' | 'psk' | 'tls';
  readonly ciphers: 'native' | 'pure';
  /** Bytes of frames, or the number of short frames instead; one frame per record. */
  readonly bytes: number;
  readonly records?: number;
}

export interface DissectionOutcome {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Memory that the flows and records take, events included, per record. */
  readonly bytesPerRecord: number;
}

const ROUNDS = 3;

const order = JSON.parse(await text(process.stdin)) as DissectionOrder;
const events = await traffic(order);
process.stdout.write(`${JSON.stringify(measured(events))}\n`);
process.exit(0);

async function traffic({ wire, bytes, records }: DissectionOrder): Promise<TapEvent[]> {
  if (wire !== 'tls')
    return ownTraffic(wire, records === undefined ? chatFrames(bytes) : shortFrames(records));
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-bench-'));
  const credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
  await rm(folder, { recursive: true });
  return tlsTraffic(credentials, 'TLS_AES_256_GCM_SHA384', bytes);
}

/** The fastest round: the others include compilation and garbage collection. The first one gives the memory. */
function measured(given: readonly TapEvent[]): DissectionOutcome {
  let best: DissectionOutcome | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const before = memory();
    const begun = performance.now();
    const dissection = new Dissection({ ciphers: ciphersOf(order) });
    dissection.addAll(given);
    const records = dissection.allRecords();
    const seconds = (performance.now() - begun) / 1000;
    checked(records);
    const bytes = records.reduce((sum, record) => sum + record.raw.length, 0);
    const bytesPerRecord = (memory() - before) / records.length;
    const faster = !best || seconds < best.seconds;
    best = {
      records: records.length,
      bytes,
      seconds: faster ? seconds : (best as DissectionOutcome).seconds,
      bytesPerRecord: best?.bytesPerRecord ?? bytesPerRecord,
    };
  }
  return best as DissectionOutcome;
}

function ciphersOf({ ciphers }: DissectionOrder) {
  return ciphers === 'native' ? nativeRecordCiphers : pureRecordCiphers;
}

/** A dissection that opened nothing would be fast. */
function checked(records: readonly WireRecord[]): void {
  const strange = records.find(({ state }) => state !== 'opened' && state !== 'clear');
  if (strange) throw new Error(`record ${strange.index}: ${strange.state}, ${strange.reason}`);
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
