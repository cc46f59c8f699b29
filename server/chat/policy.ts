/** What the operator has decided about who may come in, and how. */
import type { AuthMode } from '#protocol/roles';
import { WIRE_NAMES, type WireName, isProtected } from '#protocol/wires';

export interface Policy {
  readonly mode: AuthMode;
  /** Whether clients may create accounts. */
  readonly registration: boolean;
  /** Wires on which passwords and login tokens are accepted. */
  readonly passwordWires: readonly WireName[];
  /** Where guests may come from; from anywhere without this. */
  readonly guests?: GuestsFrom | undefined;
}

/** This machine, and on these wires any other. */
export interface GuestsFrom {
  readonly wires: readonly WireName[];
  /** Whether an IP address is one of this machine's own. */
  readonly isHere: (address: string) => boolean;
}

/** The mode that holds for a connection: where no guest may come from, it needs an account. */
export function modeFor(
  { mode, guests }: Policy,
  { wire, address }: { readonly wire: WireName; readonly address: string },
): AuthMode {
  return !guests || guests.wires.includes(wire) || guests.isHere(address) ? mode : 'required';
}

/** Everyone is a guest, which is all that the lessons about the wires need. */
export const GUESTS_ONLY: Policy = {
  mode: 'guests',
  registration: false,
  passwordWires: WIRE_NAMES.filter(isProtected),
};
