/** The selection and the filter in the address: `#wire=tls&record=3.12&eve=1&filter=len%3E64`. No secret stands in it. */
import type { WireName } from '#wire/messages';
import { isWireName } from './wires.ts';

export interface Route {
  readonly wire: WireName;
  /** The record the person chose; absent while the newest is followed. */
  readonly record?: { readonly flow: number; readonly index: number };
  readonly eve: boolean;
  /** Text of the search box, on one line; empty for all records. */
  readonly filter: string;
}

/** Characters of a filter that an address may bring: more than the language takes, so that it can say so. */
const MAX_FILTER = 4_000;

export function parseRoute(hash: string): Route {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const wire = query.get('wire');
  const record = /^(\d{1,15})\.(\d{1,15})$/.exec(query.get('record') ?? '');
  return {
    wire: isWireName(wire) ? wire : 'plain',
    ...(record ? { record: { flow: Number(record[1]), index: Number(record[2]) } } : {}),
    eve: query.get('eve') === '1',
    filter: (query.get('filter') ?? '').replace(/[\r\n]+/g, ' ').slice(0, MAX_FILTER),
  };
}

export function formatRoute({ wire, record, eve, filter }: Route): string {
  const parts = [`wire=${encodeURIComponent(wire)}`];
  if (record) parts.push(`record=${record.flow}.${record.index}`);
  if (eve) parts.push('eve=1');
  if (filter !== '') parts.push(`filter=${encodeURIComponent(filter)}`);
  return `#${parts.join('&')}`;
}

/** The token of a start link and the hash without it. */
export function takeToken(hash: string): { token: string | undefined; rest: string } {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const token = query.get('token') ?? undefined;
  query.delete('token');
  const rest = query.toString();
  return { token: token === '' ? undefined : token, rest: rest === '' ? '' : `#${rest}` };
}
