/** The inspector at the records of one connection. */
import { WIRE_NAMES } from '#protocol/wires';
import { formatInspectRoute } from '../inspect/inspect-route.ts';
import { NO_CHIPS } from '../model/filter.ts';

export function flowLink(flow: number): string {
  return `/inspect${formatInspectRoute({
    wires: WIRE_NAMES,
    compared: undefined,
    record: undefined,
    role: 'keys',
    chips: { ...NO_CHIPS, flow },
    filter: '',
  })}`;
}
