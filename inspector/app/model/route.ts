/**
 * The view in the address: `#wire=tls&record=3.12&eve=1&filter=len%3E64&dir=c2s`. It survives a reload and can be
 * sent to somebody. It contains no secret.
 */
import type { WireName } from '#protocol/messages';
import type { Chips } from './filter.ts';
import { isWireName } from '../../ui/wires.ts';

export interface Route {
  readonly wire: WireName;
  /** The record the person chose; absent while the message on the card is followed. */
  readonly record: { readonly flow: number; readonly index: number } | undefined;
  readonly eve: boolean;
  /** The cards show the newest message of anyone, even if this page has sent one itself. */
  readonly newest: boolean;
  readonly chips: Chips;
  /** Text of the search box, on one line; empty for all records. */
  readonly filter: string;
}

/** Longest filter in an address: longer than the language allows, so that the language can report it. */
const MAX_FILTER = 4_000;

export function parseRoute(hash: string): Route {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const wire = query.get('wire');
  const record = /^(\d{1,15})\.(\d{1,15})$/.exec(query.get('record') ?? '');
  return {
    wire: isWireName(wire) ? wire : 'plain',
    record: record ? { flow: Number(record[1]), index: Number(record[2]) } : undefined,
    eve: query.get('eve') === '1',
    newest: query.get('cards') === 'newest',
    chips: chipsOf(query),
    filter: (query.get('filter') ?? '').replace(/[\r\n]+/g, ' ').slice(0, MAX_FILTER),
  };
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

export function formatRoute({ wire, record, eve, newest, chips, filter }: Route): string {
  const { dir, part, flow, mine } = chips;
  const parts: readonly (readonly [name: string, value: string | number | undefined])[] = [
    ['wire', wire],
    ['record', record && `${record.flow}.${record.index}`],
    ['eve', eve ? 1 : undefined],
    ['cards', newest ? 'newest' : undefined],
    ['dir', dir],
    ['part', part === 'all' ? undefined : part],
    ['flow', flow],
    ['mine', mine ? 1 : undefined],
    ['filter', filter === '' ? undefined : filter],
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return `#${given.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`).join('&')}`;
}

/** The token of a start link, and the hash without it. */
export function takeToken(hash: string): { token: string | undefined; rest: string } {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const token = query.get('token') ?? undefined;
  query.delete('token');
  const rest = query.toString();
  return { token: token === '' ? undefined : token, rest: rest === '' ? '' : `#${rest}` };
}
