/** The wires as a client sees them: what carries the bytes, and whether the psk channel lies in it. */
import type { WireName } from '#wire/messages';

export interface WireShape {
  readonly defaultPort: number;
  readonly tls: boolean;
  readonly psk: boolean;
}

export const WIRES: Readonly<Record<WireName, WireShape>> = {
  plain: { defaultPort: 5555, tls: false, psk: false },
  psk: { defaultPort: 5556, tls: false, psk: true },
  tls: { defaultPort: 5557, tls: true, psk: false },
  'tls+psk': { defaultPort: 5558, tls: true, psk: true },
};
