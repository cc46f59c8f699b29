/** The inspector in the address: `#wires=psk,tls&record=3.12&filter=len%3E64&with=3.14`. It contains no secret. */
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { isWireName } from '../../ui/wires.ts';
import { partsIn, type Looked, hashOf, lookedAt, partsOf, readKey } from '../model/route.ts';
import type { RecordKey } from '../reading/rows.ts';

export interface InspectRoute extends Looked {
  /** In the order of the wires; all of them unless the person chooses. */
  readonly wires: readonly WireName[];
  /** The record that the selected one is compared with. */
  readonly compared: RecordKey | undefined;
}

export function parseInspectRoute(hash: string): InspectRoute {
  const query = partsIn(hash);
  const named = (query.get('wires') ?? '').split(',').filter(isWireName);
  const wires = WIRE_NAMES.filter((wire) => named.includes(wire));
  return {
    wires: wires.length > 0 ? wires : WIRE_NAMES,
    compared: readKey(query.get('with')),
    ...lookedAt(query),
  };
}

export function formatInspectRoute({ wires, compared, ...looked }: InspectRoute): string {
  return hashOf([
    ['wires', wires.length === WIRE_NAMES.length ? undefined : wires.join()],
    ...partsOf(looked),
    ['with', compared && `${compared.flow}.${compared.index}`],
  ]);
}
