/** Whatever is read is shown or counted: every byte of a flow is in exactly one record, or in a number that is reported. */
import type { CaptureReport } from '#dissect/capture/report';
import type { Dissection } from '#dissect/index';
import type { Direction, FlowSummary, TapEvent, WireRecord } from '#dissect/model';

/** The same of a file: each byte of payload was delivered, or is counted with a reason; so is each packet. */
export function checkReported(
  events: readonly TapEvent[],
  { packets, skipped, payload }: CaptureReport,
): void {
  const delivered = sum(events.map((event) => (event.kind === 'chunk' ? event.bytes.length : 0)));
  const missing = sum(events.map((event) => (event.kind === 'gap' ? event.length : 0)));
  const left = sum(skipped.map(({ blocks, count }) => (blocks ? 0 : count)));
  const counts = [
    ['bytes of payload delivered', payload.delivered, delivered],
    ['bytes of payload', payload.bytes, delivered + sum(payload.unread.map(({ bytes }) => bytes))],
    ['bytes missing', payload.missing, missing],
    ['packets', packets, payload.segmentPackets + left],
  ] as const;
  for (const [what, told, found] of counts) {
    if (told !== found) throw new Error(`${told} ${what} are told, and ${found} are accounted for`);
  }
}

/** Bytes that were there, by their place in their direction; what a capture does not hold is left out. */
interface Stretch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

type Streams = Record<Direction, Stretch[]>;

/** Throws an `Error` that says which byte is lost, shown twice or made up. Everything of a dissection must be read. */
export function checkConserved(events: readonly TapEvent[], dissection: Dissection): void {
  const streams = streamsOf(events);
  for (const flow of dissection.flows) {
    const stream = streams.get(flow.id) ?? { c2s: [], s2c: [] };
    const records = dissection.records(flow.id);
    const unshown = (['c2s', 's2c'] as const).reduce((sum, dir) => {
      const shown = records.filter((record) => record.dir === dir);
      return sum + unshownOf(stream[dir], shown, `flow ${flow.id} ${dir}`);
    }, 0);
    checkCounted(flow, stream, unshown);
  }
}

function checkCounted({ id, bytes, waiting, cut }: FlowSummary, stream: Streams, unshown: number): void {
  for (const dir of ['c2s', 's2c'] as const) {
    const crossed = sum(stream[dir].map((stretch) => stretch.bytes.length));
    if (bytes[dir] !== crossed) {
      throw new Error(`flow ${id} ${dir}: ${crossed} bytes crossed, and ${bytes[dir]} are told`);
    }
  }
  if (unshown !== waiting + cut) {
    throw new Error(
      `flow ${id}: ${unshown} bytes are in no record, and ${waiting + cut} are counted as such`,
    );
  }
}

/** Checks that records are what crossed, in its order. Gives how many bytes behind the last one are in none. */
function unshownOf(stream: readonly Stretch[], records: readonly WireRecord[], where: string): number {
  let at = 0;
  for (const { offset, raw, title } of records) {
    if (raw.length === 0) continue;
    if (offset < at) throw new Error(`${where}: byte ${offset} is shown twice, the second time in ${title}`);
    const skipped = lengthWithin(stream, at, offset);
    if (skipped > 0) throw new Error(`${where}: ${skipped} bytes before byte ${offset} are not shown`);
    checkSame(stream, offset, raw, `${where}: ${title}`);
    at = offset + raw.length;
  }
  return lengthWithin(stream, at, Infinity);
}

function checkSame(stream: readonly Stretch[], offset: number, raw: Uint8Array, where: string): void {
  let same = 0;
  for (const { offset: start, bytes } of stream) {
    const [from, to] = [Math.max(start, offset), Math.min(start + bytes.length, offset + raw.length)];
    for (let at = from; at < to; at++) {
      if (bytes[at - start] !== raw[at - offset]) throw new Error(`${where}: byte ${at} is not what crossed`);
    }
    same += Math.max(0, to - from);
  }
  if (same !== raw.length) throw new Error(`${where}: has ${raw.length - same} bytes that never crossed`);
}

function lengthWithin(stream: readonly Stretch[], from: number, to: number): number {
  return sum(
    stream.map(({ offset, bytes }) =>
      Math.max(0, Math.min(to, offset + bytes.length) - Math.max(from, offset)),
    ),
  );
}

function streamsOf(events: readonly TapEvent[]): Map<number, Streams> {
  const streams = new Map<number, Streams>();
  const places = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'chunk' && event.kind !== 'gap') continue;
    const { flow, dir } = event;
    const stream = streams.get(flow) ?? { c2s: [], s2c: [] };
    streams.set(flow, stream);
    const offset = places.get(`${flow} ${dir}`) ?? 0;
    if (event.kind === 'chunk') stream[dir].push({ offset, bytes: event.bytes });
    const length = event.kind === 'chunk' ? event.bytes.length : event.length;
    places.set(`${flow} ${dir}`, offset + length);
  }
  return streams;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
