/** What tells the wires apart on the page. Their colours are in the styles. */
import { type LayerName, WIRE_NAMES, type WireName } from '#protocol/wires';

/** The sheath that a layer is drawn as, around the bare conductor. */
export const SHEATHS: Readonly<Record<LayerName, 'circle' | 'hexagon'>> = { tls: 'circle', psk: 'hexagon' };

export function isWireName(text: unknown): text is WireName {
  return WIRE_NAMES.some((name) => name === text);
}

/** The token of a wire's colour, where no element carries `data-wire`. */
export function wireColour(wire: WireName): string {
  return `var(--wire-${wire.replace('+', '-')})`;
}
