/** The newest records of every wire in a few words each, for the palette. */
import type { RecordState } from '#dissect/model';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { framesOf, saidIn } from '../model/messages.ts';
import type { RecordLog } from './record-log.ts';

/** Of each wire: reading the texts of more would take too long. */
const RECORDS_OF_A_WIRE = 500;

export interface RecentRecord {
  readonly wire: WireName;
  readonly flow: number;
  readonly index: number;
  readonly time: number;
  readonly state: RecordState;
  readonly title: string;
  /** What is said in it, where that can be read. */
  readonly text: string | undefined;
  /** Titles of the frames in it. */
  readonly frames: readonly string[];
}

/** The newest first. */
export function recentRecords(log: Pick<RecordLog, 'records'>): RecentRecord[] {
  return WIRE_NAMES.flatMap((wire) =>
    log
      .records(wire)
      .slice(-RECORDS_OF_A_WIRE)
      .map((record): RecentRecord => {
        const { flow, index, time, state, title } = record;
        const frames = framesOf(record).map((frame) => frame.title);
        return { wire, flow, index, time, state, title, text: saidIn(record)?.text, frames };
      }),
  ).sort((a, b) => b.time - a.time);
}
