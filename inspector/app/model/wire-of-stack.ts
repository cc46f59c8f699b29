/** Which wire a connection of a capture is like: its layers tell. */
import type { Proto } from '#dissect/model';
import { WIRES, type WireName } from '#protocol/wires';

/** The plain wire where nothing is known of it. */
export function wireOfStack(stack: readonly Proto[]): WireName {
  const layers = stack.filter((layer) => layer === 'tls' || layer === 'psk').join();
  return WIRES.find((wire) => wire.layers.join() === layers)?.name ?? 'plain';
}
