/** The newest thing that was said on a wire, or what an onlooker without keys sees of it. */
import type { WireRecord } from '#dissect/model';
import { isHandshake } from './filter.ts';
import { type Said, saidIn } from './messages.ts';

export interface WireNews {
  readonly record: WireRecord;
  /** Absent when the record is sealed. */
  readonly said: Said | undefined;
}

/** Records are looked at once; a list of thousands is gone through from its end. */
const found = new WeakMap<WireRecord, Said | false>();

/**
 * What was said on this wire comes before what was delivered on it: the same message reaches every wire, but it is
 * said on one. Where nothing can be read, the last sealed record that a client sent stands in for it, which is all
 * that an onlooker can go by.
 */
export function newsOf(records: readonly WireRecord[]): WireNews | undefined {
  let delivered: Said | undefined;
  for (let index = records.length - 1; index >= 0; index--) {
    const record = records[index] as WireRecord;
    if (isSealed(record) && record.dir === 'c2s') return { record, said: undefined };
    const said = known(record);
    if (said?.title === 'say') return { record, said };
    delivered ??= said;
  }
  return delivered && { record: delivered.record, said: delivered };
}

function known(record: WireRecord): Said | undefined {
  const before = found.get(record);
  if (before !== undefined) return before || undefined;
  const said = saidIn(record);
  found.set(record, said ?? false);
  return said;
}

function isSealed(record: WireRecord): boolean {
  return (record.state === 'no-key' || record.state === 'wrong-key') && !isHandshake(record);
}
