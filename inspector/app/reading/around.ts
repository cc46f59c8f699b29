/** Finds what stands around a record that the page shows: its connection, and who got what it says. */
import type { WireRecord } from '#dissect/model';
import { WIRE_NAMES } from '#protocol/wires';
import type { Fact } from '../model/facts.ts';
import { eveFacts } from '../model/eve-view.ts';
import { nameIn } from '../model/messages.ts';
import { serverFacts } from '../model/server-view.ts';
import type { RecordLog } from './record-log.ts';

/** What somebody at each place knows about a record. */
export interface Facts {
  readonly eve: readonly Fact[];
  readonly server: readonly Fact[];
}

/** A message is passed on within this time, in milliseconds. */
const SOON = 2_000;
/** Records of each wire that are looked through. */
const MOST = 400;

const JOINED = /(^|[^_])joined/;

type Log = Pick<RecordLog, 'records' | 'recordsOf' | 'flow' | 'wireOf'>;

export function factsOf(log: Log, record: WireRecord): Facts | undefined {
  const flow = log.flow(record.flow);
  if (!flow) return undefined;
  const nameOf = (id: number): string | undefined => {
    // The first is near the beginning, and found by the titles, which are at hand: frames are read when they are asked for.
    const joined = log.recordsOf(id).find(({ dir, title }) => dir === 's2c' && JOINED.test(title));
    return joined && nameIn(joined);
  };
  const around = {
    record,
    flow,
    connection: log.recordsOf(record.flow),
    later: WIRE_NAMES.flatMap((wire) => laterThan(log.records(wire), record.time)),
    nameOf,
    wireOf: (id: number) => log.wireOf(id),
  };
  return { eve: eveFacts(around), server: serverFacts(around) };
}

/** The first ones after a time, and not long after it. */
function laterThan(records: readonly WireRecord[], time: number): readonly WireRecord[] {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle] as WireRecord).time < time) low = middle + 1;
    else high = middle;
  }
  return records.slice(low, low + MOST).filter((record) => record.time <= time + SOON);
}
