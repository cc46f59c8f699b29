/** Which dissectors there are, and how they stack on each wire. A new protocol is added here. */
import { type LayerName, WIRES, type WireName, wireByName } from '#protocol/wires';
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

/** The outermost layer of a connection; without the wire's name every layer is told from its first bytes. */
export function outermostLayer(wire: WireName | undefined, given: Given): Layer {
  return wire === undefined ? detecting(given) : stacked(wireByName(wire).layers, given);
}

/** These layers around frames, the outermost first. */
function stacked([outermost, ...others]: readonly LayerName[], given: Given): Layer {
  if (outermost === undefined) return LAYERS.frame({ ...given, inside: () => new UnknownLayer() });
  return LAYERS[outermost]({ ...given, inside: () => stacked(others, given) });
}

/** The layers of the deepest wire, and the frames in them. */
const MAX_DEPTH = Math.max(...WIRES.map(({ layers }) => layers.length)) + 1;

function detecting(given: Given, depth = 0): Layer {
  const inside = (): Layer => (depth + 1 < MAX_DEPTH ? detecting(given, depth + 1) : new UnknownLayer());
  const layer = (proto: Proto): Layer => LAYERS[proto]({ ...given, inside });
  return new DetectingLayer((proto) =>
    proto === 'unknown' && depth === 0 ? new ClearStartLayer(() => layer('tls')) : layer(proto),
  );
}
