/** What stands at the bench, made from what the server tells, and from what the person has asked for. */
import type {
  BenchEnd,
  BenchEventInHex,
  BenchMessage,
  BenchOrder,
  HeldNow,
  TowardsName,
} from '#dissect/page-bench';
import { fromHex } from '#protocol/bytes';
import { type Group, actionLine, eventLine, toldLine, withAction, withLine } from './bench-log.ts';

/** Units that are kept besides those that are held. */
const MAX_UNITS = 200;
const MAX_HEARD = 50;

export interface Unit {
  readonly id: number;
  readonly connection: number;
  readonly towards: TowardsName;
  readonly title: string;
  /** As it came. */
  readonly heard: Uint8Array;
  /** As it will go on, or has gone on. */
  readonly bytes: Uint8Array;
}

export interface Place {
  readonly target: string;
  readonly wire: string;
  readonly port: number;
  readonly command: string;
  /** In front of a wire of this workbench: nobody is played. */
  readonly isOwn: boolean;
}

export interface BenchState {
  /** Absent until everybody is there. */
  readonly place: Place | undefined;
  readonly over: { readonly code: BenchEnd; readonly message: string } | undefined;
  readonly isPaused: boolean;
  /** The filter in force. */
  readonly breakpoint: string;
  /** In the order in which they came. */
  readonly units: ReadonlyMap<number, Unit>;
  /** In the order in which they will go on. */
  readonly held: readonly HeldNow[];
  /** By number: whether they are open. */
  readonly connections: ReadonlyMap<number, boolean>;
  readonly log: readonly Group[];
  /** What ben hears. */
  readonly room: readonly { readonly from: string; readonly text: string }[];
  /** Why the last order could not be carried out. */
  readonly impossible: string | undefined;
  /** The number of the last change that the server has made. */
  readonly edit: number;
}

export const EMPTY_BENCH: BenchState = {
  place: undefined,
  over: undefined,
  isPaused: false,
  breakpoint: '',
  units: new Map(),
  held: [],
  connections: new Map(),
  log: [],
  room: [],
  impossible: undefined,
  edit: 0,
};

/** The person has asked for something. */
export function afterOrder(state: BenchState, order: BenchOrder): BenchState {
  const line = actionLine(order);
  return { ...state, impossible: undefined, log: line ? withAction(state.log, line) : state.log };
}

export function afterMessage(state: BenchState, message: BenchMessage): BenchState {
  switch (message.type) {
    case 'open': {
      const { target, wire, port, command, isOwn } = message;
      return { ...state, place: { target, wire, port, command, isOwn } };
    }
    case 'event':
      return afterEvent(state, message.event);
    case 'held':
      return { ...state, isPaused: message.isPaused, held: message.units };
    case 'changed':
      return changed(state, message);
    case 'breakpoint':
      return { ...state, breakpoint: message.filter };
    case 'told':
      return told(state, message);
    case 'impossible':
      return { ...state, impossible: message.message };
    case 'over':
      return { ...state, over: { code: message.code, message: message.message } };
    default:
      return state;
  }
}

function told(state: BenchState, message: Extract<BenchMessage, { type: 'told' }>): BenchState {
  const line = toldLine(message);
  const from = /^ben hears from (.*)$/.exec(message.title)?.[1];
  const room = from === undefined ? state.room : [...state.room, { from, text: message.text }];
  return { ...state, room: room.slice(-MAX_HEARD), log: line ? withLine(state.log, line) : state.log };
}

function changed(state: BenchState, message: Extract<BenchMessage, { type: 'changed' }>): BenchState {
  const unit = state.units.get(message.unit);
  if (!unit) return state;
  const units = new Map(state.units).set(unit.id, { ...unit, bytes: fromHex(message.bytes) });
  return { ...state, units, edit: message.edit };
}

function afterEvent(state: BenchState, event: BenchEventInHex): BenchState {
  const line = eventLine(event, state.place?.wire);
  const next = line ? { ...state, log: withLine(state.log, line) } : state;
  if (event.kind === 'opened')
    return { ...next, connections: new Map(state.connections).set(event.connection, true) };
  if (event.kind === 'closed')
    return { ...next, connections: new Map(state.connections).set(event.connection, false) };
  if (event.kind !== 'heard') return next;
  const { id, connection, towards, title } = event.unit;
  const bytes = fromHex(event.unit.bytes);
  const all = [...state.units, [id, { id, connection, towards, title, heard: bytes, bytes }] as const];
  const held = new Set(state.held.map((each) => each.id));
  return {
    ...next,
    units: new Map(all.filter(([key], at) => at >= all.length - MAX_UNITS || held.has(key))),
  };
}
