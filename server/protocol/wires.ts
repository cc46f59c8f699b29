/**
 * The wires, one row each, and the layers that they are made of. The server's listeners, the client, the taps, the
 * dissection, the settings, the terminal and the page follow from these rows; `server/wires` makes their channels.
 */

/**
 * Who holds which keys. certificate: the server has a private key and its certificate, and the client has the
 * certificate of the CA. shared: both have the same key beforehand.
 */
export type KeysHeld = 'certificate' | 'shared';

export interface LayerRow {
  /** transport: Node does it, on the socket itself; channel: ours, bytes in and bytes out. */
  readonly kind: 'transport' | 'channel';
  readonly keys: KeysHeld;
  /** How many records its handshake has. Anyone can count them without a key. */
  readonly handshakeRecords: number;
}

export const LAYERS = {
  psk: { kind: 'channel', keys: 'shared', handshakeRecords: 3 },
  /** Of TLS 1.3: with the change_cipher_spec records, and two session tickets. */
  tls: { kind: 'transport', keys: 'certificate', handshakeRecords: 11 },
} as const satisfies Readonly<Record<string, LayerRow>>;

export type LayerName = keyof typeof LAYERS;
export const LAYER_NAMES = Object.keys(LAYERS) as LayerName[];
type LayerOf<K extends LayerRow['kind']> = {
  [L in LayerName]: (typeof LAYERS)[L]['kind'] extends K ? L : never;
}[LayerName];
export type Transport = LayerOf<'transport'>;
export type ChannelLayer = LayerOf<'channel'>;
/** From the bottom to the top: a transport can only be at the bottom. */
type Stack = readonly ChannelLayer[] | readonly [Transport, ...ChannelLayer[]];

interface RowShape {
  readonly name: string;
  /** From the bottom to the top: the outermost on the wire first. */
  readonly layers: readonly LayerName[];
  /** TCP port, unless another is asked for. */
  readonly port: number;
  /** What protects the bytes on it, in a few words. */
  readonly promise: string;
  /** What crosses it, in a few words. */
  readonly description: string;
}

const ROWS = [
  {
    name: 'plain',
    layers: [],
    port: 5555,
    promise: 'no protection',
    description: 'frames on bare TCP',
  },
  {
    name: 'psk',
    layers: ['psk'],
    port: 5556,
    promise: 'a shared key',
    description: 'records sealed under a shared key',
  },
  {
    name: 'tls',
    layers: ['tls'],
    port: 5557,
    promise: 'certificate, fresh keys',
    description: 'TLS 1.3 or 1.2',
  },
  {
    name: 'tls+psk',
    layers: ['tls', 'psk'],
    port: 5558,
    promise: 'psk inside TLS',
    description: 'the psk channel inside TLS',
  },
] as const satisfies readonly (RowShape & { readonly layers: Stack })[];

export type WireName = (typeof ROWS)[number]['name'];

export interface Wire extends RowShape {
  readonly name: WireName;
}

export const WIRES: readonly Wire[] = ROWS;
export const WIRE_NAMES: readonly WireName[] = ROWS.map(({ name }) => name);

export function wireByName(name: WireName): Wire {
  return WIRES.find((wire) => wire.name === name) as Wire;
}

/** Whether anything protects the bytes on this wire. */
export function isProtected(name: WireName): boolean {
  return wireByName(name).layers.length > 0;
}

/** Whether a side needs these keys to use the wire. */
export function needsKeys(name: WireName, keys: KeysHeld): boolean {
  return wireByName(name).layers.some((layer) => LAYERS[layer].keys === keys);
}

/** The transport under the channels, if it is not bare TCP. */
export function transportOf({ layers }: Wire): Transport | undefined {
  const [bottom] = layers;
  return bottom !== undefined && !isChannel(bottom) ? bottom : undefined;
}

/** The channels of a wire, the outermost first. */
export function channelsOf({ layers }: Wire): readonly ChannelLayer[] {
  return layers.filter(isChannel);
}

/** Whether a protocol is a layer of a wire: something that protects what is inside it. */
export function isLayer(protocol: string): protocol is LayerName {
  return Object.hasOwn(LAYERS, protocol);
}

function isChannel(layer: LayerName): layer is ChannelLayer {
  return LAYERS[layer].kind === 'channel';
}
