/** Blocks of the pcapng format (draft-ietf-opsawg-pcapng), little-endian as we write them. */
import { concat, utf8 } from '#protocol/bytes';

export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 0x00000001,
  packet: 0x00000002,
  simplePacket: 0x00000003,
  nameResolution: 0x00000004,
  interfaceStatistics: 0x00000005,
  enhancedPacket: 0x00000006,
  decryptionSecrets: 0x0000000a,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** "TLSK": the secrets are lines of an NSS key log. */
export const SECRETS_TLS_KEY_LOG = 0x544c534b;
export const LINKTYPE_ETHERNET = 1;

export const OPTION = {
  end: 0,
  comment: 1,
  sectionApplication: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  interfaceTimeResolution: 9,
  interfaceTimeOffset: 14,
  statisticsDropped: 5,
} as const;

const LONGEST_OPTION = 0xffff;

type Option = readonly [code: number, value: string | Uint8Array];

export function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
}

export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
}

/** Type, length, body padded to four bytes, length again (§3.1). */
export function block(type: number, body: readonly Uint8Array[]): Uint8Array {
  const content = body.reduce((sum, part) => sum + part.length, 0);
  const length = 12 + content + missing(content);
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  let at = 8;
  for (const part of body) {
    out.set(part, at);
    at += part.length;
  }
  view.setUint32(length - 4, length, true);
  return out;
}

/** Options of a block, ended by the end-of-options mark (§3.5). */
export function options(list: readonly Option[]): Uint8Array {
  const parts = list.flatMap(([code, value]) => {
    const bytes = typeof value === 'string' ? optionText(value) : value;
    return [uint16(code), uint16(bytes.length), pad(bytes)];
  });
  return concat([...parts, uint16(OPTION.end), uint16(0)]);
}

export function sectionHeader(application: string, comments: readonly string[]): Uint8Array {
  // The section's length is left open (-1), as the format allows.
  const open = new Uint8Array(8).fill(0xff);
  const given = options([
    ...comments.map((comment) => [OPTION.comment, comment] as const),
    [OPTION.sectionApplication, application],
  ]);
  return block(BLOCK.sectionHeader, [uint32(BYTE_ORDER_MAGIC), uint16(1), uint16(0), open, given]);
}

/** An Ethernet interface with times in microseconds and no limit on packets. */
export function interfaceDescription(name: string, description: string): Uint8Array {
  const given = options([
    [OPTION.interfaceName, name],
    [OPTION.interfaceDescription, description],
    [OPTION.interfaceTimeResolution, Uint8Array.of(6)],
  ]);
  return block(BLOCK.interfaceDescription, [uint16(LINKTYPE_ETHERNET), uint16(0), uint32(0), given]);
}

/** Key-log lines for the packets that follow (§4.7): the length is that of the text, without the padding. */
export function decryptionSecrets(text: string): Uint8Array {
  const bytes = utf8(text);
  return block(BLOCK.decryptionSecrets, [uint32(SECRETS_TLS_KEY_LOG), uint32(bytes.length), bytes]);
}

/** What a packet block holds; `comment` follows the packet as an option. */
export interface PacketBlock {
  readonly interfaceId: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly packet: Uint8Array;
  readonly comment?: string | undefined;
}

/** One packet. */
export function enhancedPacket({ interfaceId, time, packet, comment }: PacketBlock): Uint8Array {
  const micros = Math.max(0, Math.round(time * 1000));
  const head = new Uint8Array(20);
  const view = new DataView(head.buffer);
  view.setUint32(0, interfaceId, true);
  view.setUint32(4, Math.floor(micros / 2 ** 32), true);
  view.setUint32(8, micros % 2 ** 32, true);
  view.setUint32(12, packet.length, true);
  view.setUint32(16, packet.length, true);
  if (comment === undefined) return block(BLOCK.enhancedPacket, [head, packet]);
  return block(BLOCK.enhancedPacket, [head, pad(packet), options([[OPTION.comment, comment]])]);
}

/** As much of a text as the 16 bits of an option's length can count, cut between characters. */
function optionText(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length <= LONGEST_OPTION) return bytes;
  let end = LONGEST_OPTION;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

function pad(bytes: Uint8Array): Uint8Array {
  const fill = missing(bytes.length);
  return fill === 0 ? bytes : concat([bytes, new Uint8Array(fill)]);
}

/** Bytes up to the next multiple of four. */
function missing(length: number): number {
  return -length & 3;
}
