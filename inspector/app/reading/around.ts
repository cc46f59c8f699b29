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

/** Records of a connection among which its last name is looked for. */
const MOST_NAMED = 10_000;

/** In the titles, which are at hand: frames are read when they are asked for. A long title leaves some of them out. */
const NAMING = /(^|[^_])joined|renamed|auth_success|…/;

type Log = Pick<RecordLog, 'records' | 'recordsOf' | 'flow' | 'wireOf'>;

export function factsOf(log: Log, record: WireRecord): Facts | undefined {
  const flow = log.flow(record.flow);
  if (!flow) return undefined;
  const around = {
    record,
    flow,
    connection: log.recordsOf(record.flow),
    later: WIRE_NAMES.flatMap((wire) => laterThan(log.records(wire), record.time)),
    nameOf: (one: WireRecord) => nameAt(log.recordsOf(one.flow), one),
    wireOf: (id: number) => log.wireOf(id),
  };
  return { eve: eveFacts(around), server: serverFacts(around) };
}

/** The name that a connection had at one of its records: a server may change it later. Before the first, that one. */
function nameAt(records: readonly WireRecord[], { index }: WireRecord): string | undefined {
  const place = records.findLastIndex((one) => one.index <= index);
  const before = records.slice(Math.max(0, place + 1 - MOST_NAMED), place + 1);
  return firstName(before.reverse()) ?? firstName(records.slice(0, MOST_NAMED));
}

function firstName(records: readonly WireRecord[]): string | undefined {
  for (const record of records) {
    const name = record.dir === 's2c' && NAMING.test(record.title) ? nameIn(record) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
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
