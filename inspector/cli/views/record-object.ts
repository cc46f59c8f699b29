/** A record as a JSON object for scripts: bytes in hex, ranges as in the inspector. */
import type { FlowSummary, Inner, WireRecord } from '#dissect/model';
import type { Carrier } from './carriers.ts';

/** Which layer a unit belongs to. */
const LAYERS = {
  frame: 'frame',
  psk: 'record',
  tls: 'record',
  unknown: 'segment',
  'tls-handshake': 'handshake',
  'tls-alert': 'alert',
} as const;

/** What a record's object says about its flow. */
export type RecordFlow = Pick<FlowSummary, 'wire' | 'client' | 'server'>;

/**
 * `time` is in milliseconds since 1970; `raw` and `plain` are hex; `start` and `end` of a field count bytes of `raw`.
 */
export function recordObject(
  record: WireRecord,
  { wire, client, server }: RecordFlow,
  segments: readonly Carrier[] = [],
): object {
  const { flow, dir, index, time, proto, title, offset, raw, state, reason } = record;
  return {
    flow,
    ...(wire === undefined ? {} : { wire }),
    client,
    server,
    dir,
    index,
    time,
    layer: LAYERS[proto],
    proto,
    title,
    offset,
    segments,
    raw,
    state,
    ...contentOf(record, reason),
  };
}

function innerObject(unit: Inner): object {
  const { proto, title, start, bytes, state, reason } = unit;
  return { layer: LAYERS[proto], proto, title, start, raw: bytes, state, ...contentOf(unit, reason) };
}

function contentOf(
  { plain, plainMap, unfinished, fields, inner }: WireRecord | Inner,
  reason: string,
): object {
  return {
    ...(reason === '' ? {} : { reason }),
    ...(plain ? { plain, plainMap } : {}),
    fields,
    ...(unfinished === undefined ? {} : { unfinished }),
    inner: inner.map(innerObject),
  };
}
