/** The newest handshake of each kind on a wire, step by step, as its records show it. */
import type { Direction, FlowSummary, Inner, WireRecord } from '#dissect/model';
import type { Field } from '#protocol/field';
import { printable } from '#protocol/shown';
import { LAYERS, type WireName, wireByName } from '#protocol/wires';
import { isHandshake } from '../model/filter.ts';
import type { RecordLog } from './record-log.ts';
import type { RecordKey } from './rows.ts';

/** How many of the newest connections of a wire are looked at. */
const MAX_FLOWS = 200;
/** The longest handshake takes some fifteen records; a connection that sends on and on is no handshake. */
const MAX_RUNGS = 40;

/** A record of a handshake. */
export interface Rung extends RecordKey {
  readonly dir: Direction;
  readonly time: number;
  /** Bytes on the wire. */
  readonly length: number;
  /** The messages in it; empty where they cannot be read. */
  readonly names: readonly string[];
  /** Whose messages they are: those of the outer channel or of one inside it. */
  readonly layer: 'tls' | 'psk';
  /** On the wire, the content was encrypted. */
  readonly isSealed: boolean;
}

export interface Handshake {
  readonly wire: WireName;
  readonly flow: number;
  /** `TLS 1.3`, `PSK`, or both where one is inside the other. */
  readonly kind: string;
  readonly cipher: string;
  readonly isComplete: boolean;
  readonly rungs: readonly Rung[];
  readonly bytes: number;
  /** How often the client waited for the server. */
  readonly roundTrips: number;
  /** What it says in the clear about who talks with whom: `the server name “localhost”`. */
  readonly clues: readonly string[];
}

type Log = Pick<RecordLog, 'records' | 'record' | 'flow'>;

/** The newest complete handshake of each kind, or the newest that has only begun. */
export function handshakesOf(wire: WireName, log: Log): Handshake[] {
  if (wireByName(wire).layers.length === 0) return [];
  const found = new Map<string, Handshake>();
  for (const flow of newestFlows(log.records(wire))) {
    const summary = log.flow(flow);
    const known = summary && found.get(kindOf(summary.cipher));
    const handshake = known?.isComplete ? undefined : summary && handshakeOf(wire, summary, log);
    if (handshake && (!known || handshake.isComplete)) found.set(handshake.kind, handshake);
  }
  return [...found.values()].sort((a, b) => a.kind.localeCompare(b.kind));
}

/** Connections whose first record is there. */
function newestFlows(records: readonly WireRecord[]): number[] {
  const flows: number[] = [];
  for (let place = records.length - 1; place >= 0 && flows.length < MAX_FLOWS; place--) {
    const { flow, index } = records[place] as WireRecord;
    if (index === 0) flows.push(flow);
  }
  return flows;
}

function handshakeOf(wire: WireName, { id, cipher }: FlowSummary, log: Log): Handshake | undefined {
  const kind = kindOf(cipher);
  if (kind === '') return undefined;
  const records = setupRecords(id, log);
  const rungs = records.map(rungOf);
  return {
    wire,
    flow: id,
    kind,
    cipher,
    isComplete: isComplete(kind, rungs),
    rungs,
    bytes: rungs.reduce((sum, { length }) => sum + length, 0),
    roundTrips: roundTripsOf(rungs),
    clues: cluesOf(records),
  };
}

/** `TLS 1.3, TLS_AES_256_GCM_SHA384; psk, aes-256-gcm` is `TLS 1.3 + PSK`. */
function kindOf(cipher: string): string {
  const parts = cipher.split('; ').map((part) => part.split(',')[0] ?? '');
  return parts
    .filter((part) => part !== '')
    .map((part) => (part === 'psk' ? 'PSK' : part))
    .join(' + ');
}

/** The records from the first to the last of the handshake. */
function setupRecords(flow: number, log: Log): WireRecord[] {
  const found: WireRecord[] = [];
  const sealed = { c2s: false, s2c: false };
  for (let index = 0; index < MAX_RUNGS; index++) {
    const record = log.record({ flow, index });
    if (!record || isOver(record, sealed, found)) break;
    // In TLS 1.3 a ticket for the next connection comes when this one is set up.
    if (record.state === 'clear' || !isTicket(record)) found.push(record);
    if (record.state !== 'clear') sealed[record.dir] = true;
  }
  return found;
}

/**
 * Whether a record comes after the handshake. The first sealed record of a client holds its finished message, in TLS 1.2 and
 * 1.3. In 1.2 a server answers with one of its own; what else belongs to the handshake shows only when it is opened.
 */
function isOver(
  record: WireRecord,
  sealed: Readonly<Record<Direction, boolean>>,
  before: readonly WireRecord[],
): boolean {
  if (isAlert(record)) return true;
  if (isHandshake(record)) return false;
  if (record.state !== 'no-key' && record.state !== 'wrong-key') return true;
  if (record.proto !== 'tls' || record.dir === 'c2s') return record.proto !== 'tls' || sealed.c2s;
  const changed = before.findLast(({ dir }) => dir === 's2c')?.title === 'change_cipher_spec';
  return sealed.c2s && (sealed.s2c || !changed);
}

function isAlert({ title }: WireRecord): boolean {
  return title.startsWith('alert');
}

function isTicket({ title }: WireRecord): boolean {
  return title.split(' ').every((word) => word.startsWith('new_session_ticket'));
}

function rungOf(record: WireRecord): Rung {
  const { flow, index, dir, time, raw, state } = record;
  const units = record.inner.flatMap(withInner);
  const isPsk = record.proto === 'psk' || units.some(({ proto }) => proto === 'psk');
  const isShut = state === 'no-key' || state === 'wrong-key';
  const titles = units.length > 0 ? units.map(({ title }) => title) : [record.title];
  return {
    ...{ flow, index, dir, time, length: raw.length },
    names: isShut ? [] : titles,
    layer: isPsk ? 'psk' : 'tls',
    isSealed: state !== 'clear',
  };
}

function withInner(unit: Inner): Inner[] {
  return [unit, ...unit.inner.flatMap(withInner)];
}

/** Of TLS, the client's sealed finished message comes last in 1.3, and the server's in 1.2. */
function isComplete(kind: string, rungs: readonly Rung[]): boolean {
  const sealed = (dir: Direction): boolean => rungs.some((rung) => rung.isSealed && rung.dir === dir);
  if (kind.startsWith('TLS') && !(sealed('c2s') && sealed('s2c'))) return false;
  const own = rungs.filter(({ layer }) => layer === 'psk').length;
  return !kind.endsWith('PSK') || own === LAYERS.psk.handshakeRecords;
}

/** Each time that the server answers what the client has sent. */
function roundTripsOf(rungs: readonly Rung[]): number {
  return rungs.filter(({ dir }, at) => dir === 's2c' && rungs[at - 1]?.dir === 'c2s').length;
}

const CLUES: Readonly<Record<string, string>> = { server_name: 'server name', key_id: 'key id' };

function cluesOf(records: readonly WireRecord[]): string[] {
  const clear = records.filter(({ state }) => state === 'clear');
  const fields = clear.flatMap((record) => [record, ...record.inner.flatMap(withInner)].flatMap(allFields));
  const clues = Object.entries(CLUES).flatMap(([name, words]) => {
    const value = fields.find((field) => field.name === name && typeof field.value === 'string')?.value;
    return typeof value === 'string' ? [`the ${words} “${printable(value)}”`] : [];
  });
  const isShown = clear.some(({ inner }) => inner.some(({ title }) => title === 'certificate'));
  return isShown ? [...clues, 'the certificate of the server'] : clues;
}

function allFields({ fields }: { readonly fields: readonly Field[] }): Field[] {
  return fields.flatMap((field) => [field, ...allFields({ fields: field.children ?? [] })]);
}
