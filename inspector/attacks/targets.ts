/** What an attack is tried against: every wire with everything that can be agreed on it. One row, one column of the matrix. */
import { SUITES, type Suite } from '#channel/psk/suites';
import type { WireName } from '#protocol/messages';
import { type LayerName, wireByName } from '#protocol/wires';

export interface Target {
  readonly id: string;
  readonly wire: WireName;
  /** Of the psk layer, where there is one. */
  readonly suite?: Suite;
  /** The newest version that the victim's client offers, where that is not TLS 1.3. */
  readonly newestTls?: 'TLSv1.2';
}

export const TARGETS: readonly Target[] = [
  { id: 'plain', wire: 'plain' },
  ...SUITES.map((suite) => ({ id: `psk ${suite.name}`, wire: 'psk', suite }) as const),
  { id: 'tls 1.2', wire: 'tls', newestTls: 'TLSv1.2' },
  { id: 'tls 1.3', wire: 'tls' },
  { id: 'tls+psk', wire: 'tls+psk' },
];

/** What stands outermost on this wire; `undefined` for bare frames. */
export function outermost({ wire }: Target): LayerName | undefined {
  return wireByName(wire).layers[0];
}

/** Whether the wire has a suite that exists to be broken. */
export function isWeak({ suite }: Target): boolean {
  return suite?.weak !== undefined;
}
