/** The connections of a capture, as the list shows them. */
import { type Hellos, hellosOf } from '#dissect/closed/hellos';
import type { Endpoint, FlowSummary, WireRecord } from '#dissect/model';
import { formatNumber } from '#protocol/amounts';
import { counted } from '#protocol/shown';
import type { WireName } from '#protocol/wires';
import { wireOfStack } from '../../../inspector/app/model/wire-of-stack.ts';

export interface ConnectionRow {
  readonly id: number;
  readonly client: string;
  readonly server: string;
  /** The host that the client asked for. */
  readonly serverName: string | undefined;
  readonly clientRandom: string | undefined;
  /** Version and suite, or what it is instead of TLS. */
  readonly protocol: string;
  readonly state: 'opened' | 'partly' | 'closed' | 'clear';
  /** The state in words. */
  readonly says: string;
  /** The wire whose layers these are, for its colour and shape. */
  readonly wire: WireName;
}

export function rowOf(flow: FlowSummary, records: readonly WireRecord[]): ConnectionRow {
  const hellos: Hellos | undefined = hellosOf(records)[0];
  const opened = records.filter(({ state }) => state === 'opened').length;
  return {
    id: flow.id,
    client: endpoint(flow.client),
    server: endpoint(flow.server),
    serverName: hellos?.serverName,
    clientRandom: hellos?.clientRandom,
    protocol: protocolOf(flow),
    wire: wireOfStack(flow.stack),
    ...verdict(opened, flow.sealed),
  };
}

/** TLS first, then our own wires; among them, those that begin first. */
export function rankOf({ stack }: Pick<FlowSummary, 'stack'>): number {
  return stack[0] === 'tls' ? 0 : stack[0] === 'unknown' ? 2 : 1;
}

function verdict(opened: number, closed: number): Pick<ConnectionRow, 'state' | 'says'> {
  if (closed === 0 && opened === 0) return { state: 'clear', says: 'nothing is sealed' };
  if (closed === 0) return { state: 'opened', says: `${counted(opened, 'sealed record')}, all opened` };
  const all = counted(opened + closed, 'sealed record');
  return opened === 0
    ? { state: 'closed', says: `${all}, none opened` }
    : { state: 'partly', says: `${all}, ${formatNumber(closed)} still closed` };
}

function protocolOf({ stack, cipher, bytes }: FlowSummary): string {
  if (cipher !== '') return cipher;
  if (bytes.c2s + bytes.s2c === 0) return 'no bytes';
  switch (stack[0]) {
    case 'tls':
      return 'TLS, of an unknown version: a hello is missing';
    case 'psk':
      return 'psk';
    case 'frame':
      return 'our frames, in the clear';
    default:
      return 'not TLS';
  }
}

function endpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
