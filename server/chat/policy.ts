/** What the operator has decided about who may come in, and how. */
import type { AuthMode } from '#protocol/roles';
import { WIRE_NAMES, type WireName, isProtected } from '#protocol/wires';

export interface Policy {
  readonly mode: AuthMode;
  /** Whether clients may create accounts. */
  readonly registration: boolean;
  /** Wires on which passwords and login tokens are accepted. */
  readonly passwordWires: readonly WireName[];
}

/** Everyone is a guest, which is all that the lessons about the wires need. */
export const GUESTS_ONLY: Policy = {
  mode: 'guests',
  registration: false,
  passwordWires: WIRE_NAMES.filter(isProtected),
};
