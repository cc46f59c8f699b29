/** Which records the list shows. */
import { showUtf8 } from '#wire/bytes';
import type { Direction, Inner, WireRecord } from '#dissect/model';

export interface Filter {
  /** Undefined: both. */
  readonly dir: Direction | undefined;
  /** Only records that set a connection up or end it, only those that carry messages, or both. */
  readonly part: 'all' | 'handshake' | 'data';
  /** Only this connection. */
  readonly flow: number | undefined;
  readonly search: string;
}

export const NO_FILTER: Filter = { dir: undefined, part: 'all', flow: undefined, search: '' };

export function isFiltered(filter: Filter): boolean {
  const { dir, part, flow, search } = filter;
  return dir !== undefined || part !== 'all' || flow !== undefined || search.trim() !== '';
}

export function fits(record: WireRecord, { dir, part, flow, search }: Filter): boolean {
  if (dir !== undefined && record.dir !== dir) return false;
  if (flow !== undefined && record.flow !== flow) return false;
  if (part !== 'all' && isHandshake(record) !== (part === 'handshake')) return false;
  const wanted = search.trim().toLowerCase();
  return wanted === '' || searchable(record).includes(wanted);
}

/** True for what sets a connection up or keeps it, false for what carries messages (or may, as far as can be told). */
export function isHandshake(record: WireRecord): boolean {
  if (record.proto === 'frame') return false;
  if (record.inner.length > 0) return record.inner.every(isHandshakeUnit);
  return record.state === 'clear' && record.proto !== 'unknown';
}

function isHandshakeUnit(unit: Inner): boolean {
  if (unit.proto === 'tls-handshake' || unit.proto === 'tls-alert') return true;
  return unit.proto === 'psk' && unit.state === 'clear';
}

/** Records are frozen once read, so what can be found in one is worked out once. */
const texts = new WeakMap<WireRecord, string>();

function searchable(record: WireRecord): string {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const text = [record.title, ...bytesToSearch(record).map(showUtf8)].join('\n').toLowerCase();
  texts.set(record, text);
  return text;
}

/** What a person can read in the record: the innermost bytes that are not sealed. */
function bytesToSearch(record: WireRecord): Uint8Array[] {
  if (record.inner.length > 0) return record.inner.flatMap(readable);
  return [record.plain ?? record.raw];
}

function readable(unit: Inner): Uint8Array[] {
  return unit.inner.length > 0 ? unit.inner.flatMap(readable) : [unit.plain ?? unit.bytes];
}
