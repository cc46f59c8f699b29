/** The inspector at the records of one connection. */
import { WIRE_NAMES } from '#protocol/wires';
import { type InspectRoute, formatInspectRoute } from '../inspect/inspect-route.ts';
import { NO_CHIPS } from '../model/filter.ts';

export function flowLink(flow: number): string {
  return link({ chips: { ...NO_CHIPS, flow }, record: undefined });
}

/** The inspector at one record. */
export function recordLink(flow: number, index: number): string {
  return link({ chips: NO_CHIPS, record: { flow, index } });
}

function link(at: Pick<InspectRoute, 'chips' | 'record'>): string {
  return `/inspect${formatInspectRoute({
    wires: WIRE_NAMES,
    compared: undefined,
    role: 'keys',
    filter: '',
    ...at,
  })}`;
}
