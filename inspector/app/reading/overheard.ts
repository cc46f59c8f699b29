/** What is said in the room that everyone is in, as it crosses one person's connections on each wire. */
import type { WireRecord } from '#dissect/model';
import { DEFAULT_ROOM } from '#protocol/messages';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { framesOf, nameIn, valueIn } from '../model/messages.ts';
import type { RecordLog } from './record-log.ts';

export interface OverheardMessage {
  readonly id: number;
  readonly from: string;
  /** Empty once it was taken away. */
  readonly text: string;
  readonly time: number;
  /** The first bytes of the record in which it crossed, if they are sealed. */
  readonly sealed: Uint8Array | undefined;
  /** Bytes of the whole record. */
  readonly size: number;
  /** Its author or somebody who keeps order has taken it away. */
  readonly gone: boolean;
}

export interface OverheardWire {
  readonly wire: WireName;
  /** The newest first. */
  readonly messages: readonly OverheardMessage[];
}

/** Messages of a wire that are told, and bytes of each. */
const MESSAGES = 6;
const BYTES = 64;
/** Records of a wire that are looked through, and of a connection for the name that the server gives it. */
const RECORDS = 1_000;
const FIRST_RECORDS = 50;
/** In the titles, which are at hand: frames are read when they are asked for. A long title leaves some of them out. */
const TALKING = /(^|[^_])(message|say|ack|edited|deleted)|…/;

type Log = Pick<RecordLog, 'records' | 'recordsOf'>;
type Frame = ReturnType<typeof framesOf>[number];

/** `name`: whose connections are listened to. Of several on one wire, each message is told once. */
export function overheard(log: Log, name: string): OverheardWire[] {
  const known = new Map<number, boolean>();
  const isTheirs = ({ flow }: WireRecord): boolean => {
    const found = known.get(flow) ?? nameOf(log, flow) === name;
    known.set(flow, found);
    return found;
  };
  return WIRE_NAMES.map((wire) => {
    const room = new Listener(name);
    for (const record of log.records(wire).slice(-RECORDS))
      if (TALKING.test(record.title) && isTheirs(record)) room.hear(record);
    return { wire, messages: room.newest };
  });
}

function nameOf(log: Log, flow: number): string | undefined {
  for (const record of log.recordsOf(flow).slice(0, FIRST_RECORDS)) {
    const name = record.dir === 's2c' ? nameIn(record) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}

class Listener {
  readonly #name: string;
  readonly #messages = new Map<number, OverheardMessage>();
  /** What the person says, until the server has given it a number. */
  readonly #said = new Map<string, Omit<OverheardMessage, 'id'>>();

  constructor(name: string) {
    this.#name = name;
  }

  get newest(): OverheardMessage[] {
    return [...this.#messages.values()].sort((a, b) => b.id - a.id).slice(0, MESSAGES);
  }

  hear(record: WireRecord): void {
    for (const frame of framesOf(record)) {
      if (frame.title === 'say') this.#say(record, frame);
      else if (valueIn(frame, 'room') === DEFAULT_ROOM) this.#take(record, frame);
    }
  }

  #say(record: WireRecord, frame: Frame): void {
    const ref = valueIn(frame, 'ref');
    if (typeof ref === 'string') this.#said.set(ref, { from: this.#name, ...crossed(record, frame) });
  }

  #take(record: WireRecord, frame: Frame): void {
    const id = valueIn(frame, 'id');
    if (typeof id !== 'number') return;
    const before = this.#messages.get(id);
    if (frame.title === 'message')
      this.#messages.set(id, before ?? { id, from: textOf(frame, 'from'), ...crossed(record, frame) });
    const said = frame.title === 'ack' ? this.#said.get(textOf(frame, 'ref')) : undefined;
    if (said) this.#messages.set(id, { id, ...said });
    if (frame.title === 'edited' && before) this.#messages.set(id, { ...before, ...crossed(record, frame) });
    if (frame.title === 'deleted' && before) this.#messages.set(id, { ...before, text: '', gone: true });
  }
}

function crossed(record: WireRecord, frame: Frame): Omit<OverheardMessage, 'id' | 'from'> {
  return {
    text: textOf(frame, 'text'),
    time: record.time,
    sealed: record.proto === 'frame' ? undefined : record.raw.slice(0, BYTES),
    size: record.raw.length,
    gone: false,
  };
}

function textOf(frame: Frame, name: string): string {
  const value = valueIn(frame, name);
  return typeof value === 'string' ? value : '';
}
