/** The pcapng format (draft-ietf-opsawg-pcapng): sections of blocks, each section in a byte order of its own. */
import { showUtf8 } from '#wire/bytes';
import { BLOCK, BYTE_ORDER_MAGIC, OPTION, SECRETS_TLS_KEY_LOG } from './blocks.ts';
import { CaptureError, type CaptureItem, type Warn, Words } from './source.ts';

interface Interface {
  readonly link: number;
  /** Units of a time stamp in one second. */
  readonly perSecond: bigint;
  /** Seconds to add to every time stamp. */
  readonly offset: bigint;
  readonly name?: string;
}

interface Section {
  readonly words: Words;
  readonly application?: string;
  readonly interfaces: Interface[];
}

/** One block; `start` and `end` enclose its body. */
interface Block {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** Bytes of the fixed part of each block's body; blocks of other types are passed over. */
const SHORTEST = new Map<number, number>([
  [BLOCK.interfaceDescription, 8],
  [BLOCK.enhancedPacket, 20],
  [BLOCK.packet, 20],
  [BLOCK.simplePacket, 4],
  [BLOCK.decryptionSecrets, 8],
]);

const MICROSECONDS = 1_000_000n;

export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new Words(bytes, true).u32(0) === BLOCK.sectionHeader;
}

/** Packets and secrets of a pcapng file. Throws `CaptureError` when the first section header is broken. */
export function* readNextGeneration(bytes: Uint8Array, warn: Warn): Generator<CaptureItem> {
  let section: Section | undefined;
  for (let at = 0; at < bytes.length;) {
    section = sectionAt(bytes, at, section);
    const block = section && blockAt(bytes, at, section.words);
    if (!section || !block) {
      const message = `the block at byte ${at} is cut off or broken`;
      if (at === 0) throw new CaptureError(message);
      return warn(message);
    }
    if (block.type === BLOCK.sectionHeader) {
      section = { ...section, ...applicationOf(bytes, section, block), interfaces: [] };
    } else {
      yield* readBlock(bytes, section, block, warn);
    }
    at = block.end + 4;
  }
}

/** At a section header the byte order may change; its own magic number tells to which. */
function sectionAt(bytes: Uint8Array, at: number, current: Section | undefined): Section | undefined {
  if (bytes.length - at < 12) return undefined;
  if (new Words(bytes, true).u32(at) !== BLOCK.sectionHeader) return current;
  for (const littleEndian of [true, false]) {
    const words = new Words(bytes, littleEndian);
    if (words.u32(at + 8) === BYTE_ORDER_MAGIC) return { words, interfaces: [] };
  }
  return undefined;
}

function blockAt(bytes: Uint8Array, at: number, words: Words): Block | undefined {
  const length = words.u32(at + 4);
  if (length < 12 || length % 4 !== 0 || length > bytes.length - at) return undefined;
  const type = words.u32(at);
  if (type === BLOCK.sectionHeader && length < 28) return undefined;
  return { type, start: at + 8, end: at + length - 4 };
}

function* readBlock(bytes: Uint8Array, section: Section, block: Block, warn: Warn): Generator<CaptureItem> {
  const { words, interfaces } = section;
  if (block.end - block.start < (SHORTEST.get(block.type) ?? Infinity)) return;
  switch (block.type) {
    case BLOCK.interfaceDescription:
      interfaces.push(readInterface(bytes, words, block));
      return;
    case BLOCK.enhancedPacket:
      yield* timed(bytes, section, block, { id: words.u32(block.start), warn });
      return;
    case BLOCK.packet:
      yield* timed(bytes, section, block, { id: words.u16(block.start), warn });
      return;
    case BLOCK.simplePacket:
      yield* untimed(bytes, section, block);
      return;
    case BLOCK.decryptionSecrets:
      if (words.u32(block.start) !== SECRETS_TLS_KEY_LOG) return;
      yield { kind: 'secrets', text: secretsText(bytes, words, block) };
  }
}

/** The simple packet block belongs to the first interface and has no time. */
function* untimed(bytes: Uint8Array, { words, interfaces }: Section, block: Block): Generator<CaptureItem> {
  const [first] = interfaces;
  if (!first) return;
  const start = block.start + 4;
  const data = bytes.subarray(start, Math.min(start + words.u32(block.start), block.end));
  yield { kind: 'packet', time: 0, link: first.link, bytes: data };
}

/** The enhanced packet block and its obsolete predecessor: the same places after the interface's number. */
function* timed(
  bytes: Uint8Array,
  { words, interfaces, application }: Section,
  block: Block,
  { id, warn }: { readonly id: number; readonly warn: Warn },
): Generator<CaptureItem> {
  const from = interfaces[id];
  const length = words.u32(block.start + 12);
  if (!from || length > block.end - block.start - 20) {
    return warn(`the packet at byte ${block.start - 8} has no interface or a wrong length`);
  }
  const stamp = words.highLow(block.start + 4);
  const seconds = stamp / from.perSecond + from.offset;
  const rest = Number(stamp % from.perSecond) / Number(from.perSecond);
  yield {
    kind: 'packet',
    time: Number(seconds) * 1000 + rest * 1000,
    link: from.link,
    bytes: bytes.subarray(block.start + 20, block.start + 20 + length),
    ...(from.name === undefined ? {} : { interfaceName: from.name }),
    ...(application === undefined ? {} : { application }),
  };
}

function readInterface(bytes: Uint8Array, words: Words, block: Block): Interface {
  const options = readOptions(bytes, words, block.start + 8, block.end);
  const name = options.get(OPTION.interfaceName);
  const offset = options.get(OPTION.interfaceTimeOffset);
  return {
    link: words.u16(block.start),
    perSecond: resolution(options.get(OPTION.interfaceTimeResolution)?.[0]),
    offset: offset?.length === 8 ? signed64(offset, words.littleEndian) : 0n,
    ...(name ? { name: showUtf8(name) } : {}),
  };
}

/** Without its highest bit a power of ten, with it a power of two. Absurd ones count as the default. */
function resolution(value: number | undefined): bigint {
  if (value === undefined) return MICROSECONDS;
  const exponent = BigInt(value & 0x7f);
  if ((value & 0x80) !== 0) return exponent <= 63n ? 2n ** exponent : MICROSECONDS;
  return exponent <= 18n ? 10n ** exponent : MICROSECONDS;
}

function signed64(bytes: Uint8Array, littleEndian: boolean): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, littleEndian);
}

function applicationOf(bytes: Uint8Array, { words }: Section, block: Block): { application?: string } {
  const found = readOptions(bytes, words, block.start + 16, block.end).get(OPTION.sectionApplication);
  return found ? { application: showUtf8(found) } : {};
}

function readOptions(bytes: Uint8Array, words: Words, start: number, end: number): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (let at = start; at + 4 <= end;) {
    const [code, length] = [words.u16(at), words.u16(at + 2)];
    if (code === OPTION.end || length > end - at - 4) return found;
    found.set(code, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return found;
}

function secretsText(bytes: Uint8Array, words: Words, block: Block): string {
  const start = block.start + 8;
  return showUtf8(bytes.subarray(start, Math.min(start + words.u32(block.start + 4), block.end)));
}
