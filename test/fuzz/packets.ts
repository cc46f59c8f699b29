/** What may happen to packets between two machines and in a capture, as data. The stream they carry stays the same. */
import fc from 'fast-check';
import type { TapEvent } from '#dissect/model';
import { CAPS } from '#dissect/pcap/caps';
import { writePcapng } from '#dissect/capture/write';
import { concat } from '#protocol/bytes';
import { Blocks } from '../support/captures/pcapng-blocks.ts';
import {
  type Content,
  LAYERS,
  LAYER_NAMES,
  LINK_NAMES,
  type LayerName,
  type LinkName,
  contentOf,
  inFragments,
  linkFor,
} from './layers.ts';

/** `at` and `to` count packets; they wrap around, so any number has a meaning. */
export interface PacketChange {
  readonly kind: LayerName | (typeof ORDERS)[number];
  readonly at: number;
  readonly to: number;
}

export interface PacketCase {
  readonly link: LinkName;
  readonly changes: readonly PacketChange[];
}

const ORDERS = ['late', 'double', 'reverse', 'fragment'] as const;
/** Packets that one is late behind, at most. */
const WINDOW = 12;
/** SYN, its answer, and the acknowledgement: without them a capture has another beginning. */
const HANDSHAKE = 3;
const DEPTH = Math.min(CAPS.linkLayers, CAPS.tunnels);

export const packetCase: fc.Arbitrary<PacketCase> = fc.record({
  link: fc.constantFrom(...LINK_NAMES),
  changes: fc.array(
    fc.record({ kind: fc.constantFrom(...LAYER_NAMES, ...ORDERS), at: fc.nat(), to: fc.nat() }),
    { maxLength: DEPTH },
  ),
});

/** Our own capture file of these events, with its packets changed and in other frames. */
export function repacked(events: readonly TapEvent[], { link, changes }: PacketCase): Uint8Array {
  const blocks = blocksOf(writePcapng(events));
  const packets = blocks.filter(isPacket).map((block) => contentOf(packetIn(block)));
  const changed = changes.reduce<readonly Content[]>(changedPackets, packets);
  const { link: type, frame } = linkFor(link, changed);
  const before = blocks.filter((block) => !isPacket(block)).map((block) => withLink(block, type));
  const write = new Blocks('be');
  return concat([...before, ...changed.map((content) => write.packet({ packet: frame(content) }))]);
}

function changedPackets(
  packets: readonly Content[],
  { kind, at, to }: PacketChange,
  layer: number,
): readonly Content[] {
  const place = HANDSHAKE + (at % Math.max(1, packets.length - HANDSHAKE));
  const target = packets[place];
  switch (kind) {
    case 'late':
      return target ? packets.toSpliced(place, 1).toSpliced(place + (to % WINDOW), 0, target) : packets;
    case 'double':
      return target ? packets.toSpliced(place + (to % WINDOW), 0, target) : packets;
    case 'reverse': {
      const count = 2 + (to % WINDOW);
      const turned = packets.slice(place, place + count).reverse();
      return packets.toSpliced(place, count, ...turned);
    }
    case 'fragment':
      return packets.flatMap((content, i) =>
        i % (1 + (at % 4)) === 0 ? inFragments(content, to) : [content],
      );
    default: {
      // Around all of them, or only around some: on its way a packet may take one tunnel and the next another.
      const every = 1 + (at % 3);
      return packets.map((content, id) =>
        id % every === 0 ? (LAYERS[kind](content, { number: to, id, layer }) ?? content) : content,
      );
    }
  }
}

const INTERFACE = 1;
const PACKET = 6;

function blocksOf(file: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = view(file).getUint32(at + 4);
    blocks.push(file.subarray(at, at + length));
    at += length;
  }
  return blocks;
}

function isPacket(block: Uint8Array): boolean {
  return view(block).getUint32(0) === PACKET;
}

function packetIn(block: Uint8Array): Uint8Array {
  return block.subarray(28, 28 + view(block).getUint32(20));
}

function withLink(block: Uint8Array, link: number): Uint8Array {
  if (view(block).getUint32(0) !== INTERFACE) return block;
  const changed = new Uint8Array(block);
  view(changed).setUint16(8, link);
  return changed;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
