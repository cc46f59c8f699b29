/** The newest thing that was said on a wire, or what an onlooker without keys sees of it. */
import type { WireRecord } from '#dissect/model';
import { isHandshake } from './filter.ts';
import { type Said, nameIn, saidIn } from './messages.ts';

export interface WireNews {
  readonly record: WireRecord;
  /** Absent when the record is sealed. */
  readonly said: Said | undefined;
  /** Who said it, as far as that can be read on this wire. */
  readonly speaker: string | undefined;
}

interface Reading {
  readonly said: Said | undefined;
  /** Name that the server gave the client in this record. */
  readonly name: string | undefined;
}

/** Records are read once; a list of thousands is gone through from its end. */
const readings = new WeakMap<WireRecord, Reading>();

/**
 * What was said on this wire comes before what was delivered on it: the same message reaches every wire, but it is
 * said on one. Where nothing can be read, the last sealed record that a client sent stands in for it, which is all
 * that an onlooker can go by.
 */
export function newsOf(records: readonly WireRecord[]): WireNews | undefined {
  let delivered: Said | undefined;
  for (let index = records.length - 1; index >= 0; index--) {
    const record = records[index] as WireRecord;
    if (isSealed(record) && record.dir === 'c2s') return { record, said: undefined, speaker: undefined };
    const { said } = read(record);
    if (said?.title === 'say') return { record, said, speaker: clientName(records, record.flow) };
    delivered ??= said;
  }
  return delivered && { record: delivered.record, said: delivered, speaker: delivered.from };
}

/** A `say` does not name its speaker: the server knows it from the connection, and so does who reads its answers. */
function clientName(records: readonly WireRecord[], flow: number): string | undefined {
  for (let index = records.length - 1; index >= 0; index--) {
    const record = records[index] as WireRecord;
    const name = record.flow === flow && record.dir === 's2c' ? read(record).name : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}

function read(record: WireRecord): Reading {
  const known = readings.get(record);
  if (known) return known;
  const reading = { said: saidIn(record), name: nameIn(record) };
  readings.set(record, reading);
  return reading;
}

function isSealed(record: WireRecord): boolean {
  return (record.state === 'no-key' || record.state === 'wrong-key') && !isHandshake(record);
}
