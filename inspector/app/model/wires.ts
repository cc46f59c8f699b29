/** What the page says about each wire. Its colour is in the styles, its shape in `WireGlyph.vue`. */
import { WIRE_NAMES, type WireName } from '#protocol/messages';

export interface WireFace {
  readonly name: WireName;
  /** What protects it, in a few words. */
  readonly protection: string;
  /** Named layers of a record on it, from the outside in. */
  readonly layers: string;
}

export const WIRE_FACES: Readonly<Record<WireName, WireFace>> = {
  plain: { name: 'plain', protection: 'no protection', layers: 'frames on bare TCP' },
  psk: { name: 'psk', protection: 'a shared key', layers: 'our own sealed records' },
  tls: { name: 'tls', protection: 'certificate, fresh keys', layers: 'TLS 1.3 or 1.2' },
  'tls+psk': { name: 'tls+psk', protection: 'psk inside TLS', layers: 'psk records inside TLS' },
};

export function isWireName(text: unknown): text is WireName {
  return WIRE_NAMES.some((name) => name === text);
}
