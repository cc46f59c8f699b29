/** What must hold of a dissection, whatever went in. Every broken promise is an `Error` that says which. */
import { Dissection } from '#dissect/index';
import type { Field } from '#protocol/field';
import type { Direction, Inner, TapEvent, WireRecord } from '#dissect/model';
import { readCapture } from '#dissect/capture/read';
import { writePcapng } from '#dissect/capture/write';
import { toHex } from '#protocol/bytes';
import { recordObject } from '#inspector-cli/views/record-object';
import { checkConserved, checkReported } from '../support/captures/conservation.ts';
import { jsonText } from '../support/programs/json.ts';
import { flowOf } from '../support/captures/views.ts';
import { type Mutation, mutated, mutatedBytes } from './mutations.ts';
import { type PacketCase, repacked } from './packets.ts';
import type { Seed } from './seeds.ts';

/** Longest time one case may take, in milliseconds. */
export const TIME_CAP = 2_000;

export interface Case {
  readonly seed: string;
  /** Changes of what crossed the tap. */
  readonly mutations: readonly Mutation[];
  /** Changes of the packets of a capture; `null` leaves them as we write them. */
  readonly packets: PacketCase | null;
  /** Changes of the capture file; without any, and without changed packets, there is no file. */
  readonly file: readonly Mutation[];
}

/** What may be shown as opened: the plain bytes that were really sealed, by seed, in hex. */
export type Genuine = ReadonlyMap<string, ReadonlySet<string>>;

export function genuineOf(seeds: readonly Seed[]): Genuine {
  return new Map(
    seeds.map(({ name, events }) => [name, new Set(openedIn(dissected(events).allRecords()))] as const),
  );
}

/** Throws when the case breaks a promise. */
export function check(
  { seed, mutations, packets, file }: Case,
  seeds: readonly Seed[],
  genuine: Genuine,
): void {
  const { events, forgeable = false } = seeds.find(({ name }) => name === seed) as Seed;
  const changed = mutations.reduce<TapEvent[]>((sofar, each) => mutated(sofar, each), [...events]);
  const begun = performance.now();
  const crossed = packets || file.length > 0 ? throughFile(changed, packets, file) : changed;
  if (packets && file.length === 0) sameStreams(throughFile(changed, null, []), crossed);
  const dissection = dissected(crossed);
  const records = dissection.allRecords();
  for (const record of records) sound(record);
  checkConserved(crossed, dissection);
  for (const record of records) jsonText(recordObject(record, flowOf(dissection, record)));
  for (const flow of dissection.flows) dissection.keySchedule(flow.id);
  const took = performance.now() - begun;
  if (took > TIME_CAP) throw new Error(`took ${Math.round(took)} ms`);
  if (forgeable) return;
  const forged = openedIn(records).find((plain) => !genuine.get(seed)?.has(plain));
  if (forged !== undefined) throw new Error(`opened to what was never sealed: ${forged.slice(0, 80)}`);
}

function dissected(events: readonly TapEvent[]): Dissection {
  const dissection = new Dissection();
  dissection.addAll(events);
  return dissection;
}

function throughFile(
  events: readonly TapEvent[],
  packets: PacketCase | null,
  mutations: readonly Mutation[],
): TapEvent[] {
  const file = packets ? repacked(events, packets) : writePcapng(events);
  const bytes = mutations.reduce<Uint8Array>(mutatedBytes, file);
  try {
    const read = readCapture(bytes);
    checkReported(read.events, read);
    return read.events;
  } catch (error) {
    // A file that is not a capture at all is refused with a message.
    if (error instanceof Error && error.name === 'CaptureError') return [];
    throw error;
  }
}

/** What layers are around packets, and in which order they are captured, says nothing of what is in them. */
function sameStreams(expected: readonly TapEvent[], found: readonly TapEvent[]): void {
  for (const dir of ['c2s', 's2c'] as const) {
    const [before, after] = [streamOf(expected, dir), streamOf(found, dir)];
    if (before !== after) throw new Error(`${dir}: other bytes in other packets: ${after.slice(0, 80)}`);
  }
}

/** In hex; a gap is told by its length. */
function streamOf(events: readonly TapEvent[], dir: Direction): string {
  return events
    .flatMap((event) => {
      if (event.kind !== 'chunk' && event.kind !== 'gap') return [];
      if (event.dir !== dir) return [];
      return [event.kind === 'chunk' ? toHex(event.bytes) : `[${event.length}]`];
    })
    .join('');
}

/** Opened plain bytes of records and of the records inside them, in hex. */
function openedIn(records: readonly WireRecord[]): string[] {
  const inside = (unit: WireRecord | Inner): string[] => [
    ...(unit.state === 'opened' && unit.plain ? [toHex(unit.plain)] : []),
    ...unit.inner.flatMap(inside),
  ];
  return records.flatMap(inside);
}

/** Ranges lie in the bytes they count in, children in their parents, and each state in which bytes stay unread has its reason. */
function sound(record: WireRecord): void {
  unitSound({ ...record, bytes: record.raw });
}

function unitSound({
  bytes,
  state,
  reason,
  fields,
  inner,
  title,
}: Pick<Inner, 'bytes' | 'state' | 'reason' | 'fields' | 'inner' | 'title'>): void {
  const explained = state === 'clear' || state === 'opened' || state === 'was-sealed';
  if (!explained && reason === '') throw new Error(`${title}: ${state} without a reason`);
  for (const field of fields) fieldSound(field, 0, bytes.length);
  for (const unit of inner) unitSound(unit);
}

function fieldSound({ name, start, end, children = [] }: Field, from: number, to: number): void {
  if (!(start >= from && end >= start && end <= to)) {
    throw new Error(`${name} is at ${start} to ${end}, outside ${from} to ${to}`);
  }
  for (const child of children) fieldSound(child, start, end);
}
