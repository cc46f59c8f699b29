/**
 * The view in the address: `#wire=tls&record=3.12&eve=1&filter=len%3E64&dir=c2s`. It survives a reload and can be
 * sent to somebody. It contains no secret.
 */
import type { WireName } from '#protocol/messages';
import type { Chips } from './filter.ts';
import type { Role } from './roles.ts';
import type { RecordKey } from '../reading/rows.ts';
import { isWireName } from '../../ui/wires.ts';

export interface Route {
  readonly wire: WireName;
  /** The record the person chose; absent while the message on the card is followed. */
  readonly record: RecordKey | undefined;
  /** Who is looking. */
  readonly role: Role;
  /** The cards show the newest message of anyone, even if this page has sent one itself. */
  readonly newest: boolean;
  readonly chips: Chips;
  /** Text of the search box, on one line; empty for all records. */
  readonly filter: string;
}

/** Longest filter in an address: longer than the language allows, so that the language can report it. */
const MAX_FILTER = 4_000;

export function parseRoute(hash: string): Route {
  const query = partsIn(hash);
  const wire = query.get('wire');
  return {
    wire: isWireName(wire) ? wire : 'plain',
    newest: query.get('cards') === 'newest',
    ...lookedAt(query),
  };
}

/** What both views of records keep: which records, which one of them, and who is looking. */
export type Looked = Pick<Route, 'record' | 'role' | 'chips' | 'filter'>;

export function lookedAt(query: URLSearchParams): Looked {
  return {
    record: readKey(query.get('record')),
    role: roleIn(query),
    chips: chipsOf(query),
    filter: (query.get('filter') ?? '').replace(/[\r\n]+/g, ' ').slice(0, MAX_FILTER),
  };
}

/** `3.12`: the record with the index 12 of connection 3. */
export function readKey(text: string | null): RecordKey | undefined {
  const parts = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? '');
  return parts ? { flow: Number(parts[1]), index: Number(parts[2]) } : undefined;
}

/** Eve has a part of her own, as in links from before there was a third role. */
export function roleIn(query: URLSearchParams): Role {
  if (query.get('eve') === '1') return 'eve';
  return query.get('role') === 'server' ? 'server' : 'keys';
}

/** What says in an address who is looking. */
export function rolePart(role: Role): Readonly<Record<string, string>> {
  if (role === 'keys') return {};
  return role === 'eve' ? { eve: '1' } : { role };
}

function chipsOf(query: URLSearchParams): Chips {
  const [dir, part] = [query.get('dir'), query.get('part')];
  const flow = /^\d{1,15}$/.exec(query.get('flow') ?? '');
  return {
    dir: dir === 'c2s' || dir === 's2c' ? dir : undefined,
    part: part === 'handshake' || part === 'data' ? part : 'all',
    flow: flow ? Number(flow[0]) : undefined,
    mine: query.get('mine') === '1',
  };
}

export function formatRoute({ wire, newest, ...looked }: Route): string {
  const [record, eve, ...rest] = partsOf(looked);
  return hashOf([['wire', wire], record, eve, ['cards', newest ? 'newest' : undefined], ...rest]);
}

type Part = readonly [name: string, value: string | number | undefined];

/** The record and the eavesdropper come first, then the filter. */
export function partsOf({ record, role, chips, filter }: Looked): readonly [Part, Part, ...Part[]] {
  const { dir, part, flow, mine } = chips;
  return [
    ['record', record && `${record.flow}.${record.index}`],
    ['eve', rolePart(role)['eve']],
    ['role', rolePart(role)['role']],
    ['dir', dir],
    ['part', part === 'all' ? undefined : part],
    ['flow', flow],
    ['mine', mine ? 1 : undefined],
    ['filter', filter === '' ? undefined : filter],
  ];
}

/** The parts of the hash of an address. A plus sign is itself: the router writes what needs no escape in a hash without one. */
export function partsIn(hash: string): URLSearchParams {
  return new URLSearchParams(hash.replace(/^#/, '').replaceAll('+', '%2B'));
}

/** The hash of an address, without the parts that are as usual. */
export function hashOf(parts: readonly Part[]): string {
  const given = parts.filter(([, value]) => value !== undefined);
  return `#${given.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`).join('&')}`;
}

/** The token of a start link, and the hash without it. */
export function takeToken(hash: string): { token: string | undefined; rest: string } {
  const query = partsIn(hash);
  const token = query.get('token') ?? undefined;
  query.delete('token');
  const rest = hashOf([...query]);
  return { token: token === '' ? undefined : token, rest: rest === '#' ? '' : rest };
}
