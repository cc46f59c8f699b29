/** Which dissectors there are, and how they stack on each wire. A new protocol is added here. */
import type { WireName } from '#protocol/messages';
import { ClearStartLayer } from './streams/clear-start.ts';
import { DetectingLayer } from './streams/detect.ts';
import { FrameLayer } from './chat/frame.ts';
import type { Layer, LayerContext } from './layer.ts';
import type { Proto } from './model.ts';
import { PskLayer } from './psk/psk.ts';
import { TlsLayer } from './tls/layer.ts';
import { UnknownLayer } from './streams/unknown.ts';

export { DISSECTORS, type Dissector, type KnownField, knownFields } from './fields/known-fields.ts';

type Given = Omit<LayerContext, 'inside'>;

const LAYERS: Record<Proto, (context: LayerContext) => Layer> = {
  frame: () => new FrameLayer(),
  psk: (context) => new PskLayer(context),
  tls: (context) => new TlsLayer(context),
  unknown: () => new UnknownLayer(),
};

const STACKS: Record<WireName, readonly [Proto, ...Proto[]]> = {
  plain: ['frame'],
  psk: ['psk', 'frame'],
  tls: ['tls', 'frame'],
  'tls+psk': ['tls', 'psk', 'frame'],
};

/** The outermost layer of a connection; without the wire's name every layer is told from its first bytes. */
export function outermostLayer(wire: WireName | undefined, given: Given): Layer {
  return wire === undefined ? detecting(given) : stacked(STACKS[wire], given);
}

function stacked([proto, ...rest]: readonly [Proto, ...Proto[]], given: Given): Layer {
  const [next, ...others] = rest;
  const inside = (): Layer => (next ? stacked([next, ...others], given) : new UnknownLayer());
  return LAYERS[proto]({ ...given, inside });
}

/** No stack that is known here is deeper than this. */
const MAX_DEPTH = 3;

function detecting(given: Given, depth = 0): Layer {
  const inside = (): Layer => (depth + 1 < MAX_DEPTH ? detecting(given, depth + 1) : new UnknownLayer());
  const layer = (proto: Proto): Layer => LAYERS[proto]({ ...given, inside });
  return new DetectingLayer((proto) =>
    proto === 'unknown' && depth === 0 ? new ClearStartLayer(() => layer('tls')) : layer(proto),
  );
}
