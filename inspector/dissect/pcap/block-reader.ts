/** What the blocks of a pcapng section say (draft-ietf-opsawg-pcapng §4). */
import { showUtf8 } from '#protocol/bytes';
import { BLOCK, OPTION, SECRETS_TLS_KEY_LOG } from './blocks.ts';
import { linkName } from './link-types.ts';
import { type Options, padded, readOptions } from './options.ts';
import {
  type CaptureInterface,
  type CaptureSink,
  type CommentSubject,
  LITTLE,
  type Words,
} from './source.ts';
import { type Clock, clockOf, timeOf } from './time.ts';

export interface Block {
  readonly type: number;
  readonly body: Uint8Array;
  /** Where in the file it begins. */
  readonly at: number;
}

interface Interface {
  readonly shown: CaptureInterface;
  readonly clock: Clock;
}

/** Bytes of the fixed part of each block's body. */
const SHORTEST: Readonly<Record<number, number>> = {
  [BLOCK.interfaceDescription]: 8,
  [BLOCK.packet]: 20,
  [BLOCK.simplePacket]: 4,
  [BLOCK.interfaceStatistics]: 12,
  [BLOCK.enhancedPacket]: 20,
  [BLOCK.decryptionSecrets]: 8,
};

/** Blocks that stand for something that happened, and are not packets. */
const PASSED_OVER: Readonly<Record<number, string>> = {
  0x00000009: 'entries of a systemd journal',
  0x00000bad: 'custom blocks',
  0x40000bad: 'custom blocks',
  0x00000204: 'system calls of Sysdig',
};

const SECRETS: Readonly<Record<number, string>> = {
  0x5353484b: 'an SSH key log',
  0x55414b4c: 'an OPC UA key log',
  0x57474b4c: 'a WireGuard key log',
  0x5a4e574b: 'a ZigBee network key',
  0x5a415053: 'a ZigBee application key',
};

export class BlockReader {
  readonly #sink: CaptureSink;
  #words: Words = LITTLE;
  #sections = 0;
  #application: string | undefined;
  #interfaces: (Interface | undefined)[] = [];

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  /** The body of a section header: from here on everything is in this byte order, and interfaces count from 0 again. */
  beginSection(words: Words, body: Uint8Array): void {
    this.#words = words;
    this.#sections++;
    this.#interfaces = [];
    const options = readOptions(body, words, 16);
    this.#application = textOf(options, OPTION.sectionApplication);
    this.#comments('section', options, this.#sections);
  }

  read(block: Block): void {
    const { type, body, at } = block;
    const shortest = SHORTEST[type] ?? 0;
    if (body.length < shortest) {
      this.#sink.warn(`the block at byte ${at} is too short for its kind`);
      return;
    }
    switch (type) {
      case BLOCK.interfaceDescription:
        return this.#interface(body);
      case BLOCK.enhancedPacket:
        return this.#packet(block, this.#words.u32(body, 0));
      case BLOCK.packet:
        return this.#packet(block, this.#words.u16(body, 0));
      case BLOCK.simplePacket:
        return this.#simplePacket(body);
      case BLOCK.nameResolution:
        return this.#names(body);
      case BLOCK.interfaceStatistics:
        return this.#statistics(body);
      case BLOCK.decryptionSecrets:
        return this.#secrets(body);
      default:
        return this.#sink.skip(PASSED_OVER[type] ?? 'blocks of unknown kinds');
    }
  }

  #interface(body: Uint8Array): void {
    const options = readOptions(body, this.#words, 8);
    const link = this.#words.u16(body, 0);
    const texts = {
      name: textOf(options, OPTION.interfaceName),
      description: textOf(options, OPTION.interfaceDescription),
      application: this.#application,
    };
    const shown: CaptureInterface = {
      section: this.#sections,
      link,
      linkName: linkName(link),
      snapLength: this.#words.u32(body, 4),
      ...withoutUndefined(texts),
      packets: 0,
    };
    const clock = clockOf(
      options.values.get(OPTION.interfaceTimeResolution)?.[0],
      options.values.get(OPTION.interfaceTimeOffset),
      this.#words,
    );
    if (!this.#sink.addInterface(shown)) return;
    this.#interfaces.push({ shown, clock });
    this.#comments('interface', options);
  }

  /** The enhanced packet block and its obsolete predecessor: the same layout after the interface's number. */
  #packet({ body, at }: Block, id: number): void {
    const words = this.#words;
    const from = this.#interfaces[id];
    const kept = words.u32(body, 12);
    if (!from || kept > body.length - 20) {
      this.#sink.warn(`the packet at byte ${at} has no interface or a wrong length`);
      return this.#sink.skip('in blocks without an interface or with a wrong length');
    }
    const options = readOptions(body, words, 20 + padded(kept));
    this.#comments('packet', options);
    this.#sink.packet({
      time: timeOf(words.u32(body, 4), words.u32(body, 8), from.clock),
      bytes: body.subarray(20, 20 + kept),
      length: Math.max(kept, words.u32(body, 16)),
      from: from.shown,
    });
  }

  /**
   * The simple packet block belongs to the first interface and has no time. It does not say how much was kept
   * either.
   */
  #simplePacket(body: Uint8Array): void {
    const [first] = this.#interfaces;
    if (!first) return this.#sink.skip('in blocks without an interface or with a wrong length');
    const length = this.#words.u32(body, 0);
    const kept = Math.min(length, first.shown.snapLength || length);
    this.#sink.packet({ time: 0, bytes: body.subarray(4, 4 + kept), length, from: first.shown });
  }

  /** The names of addresses are not used, but the comments on the block are. */
  #names(body: Uint8Array): void {
    for (let at = 0; at + 4 <= body.length;) {
      const [type, length] = [this.#words.u16(body, at), this.#words.u16(body, at + 2)];
      at += 4 + padded(length);
      if (type === 0) return this.#comments('names', readOptions(body, this.#words, at));
    }
  }

  #statistics(body: Uint8Array): void {
    const options = readOptions(body, this.#words, 12);
    this.#comments('statistics', options);
    const dropped = options.values.get(OPTION.statisticsDropped);
    const from = this.#interfaces[this.#words.u32(body, 0)];
    if (from && dropped?.length === 8) from.shown.dropped = this.#words.u64(dropped, 0);
  }

  /** The length is that of the secrets alone (§4.7); padding and options follow. */
  #secrets(body: Uint8Array): void {
    const [kind, length] = [this.#words.u32(body, 0), this.#words.u32(body, 4)];
    this.#comments('secrets', readOptions(body, this.#words, 8 + padded(length)));
    if (length > body.length - 8) this.#sink.warn('a block of secrets is shorter than it says');
    if (kind === SECRETS_TLS_KEY_LOG) return this.#sink.secrets(showUtf8(body.subarray(8, 8 + length)));
    const what = SECRETS[kind] ?? `secrets of kind 0x${kind.toString(16).padStart(8, '0')}`;
    this.#sink.warn(`the file holds ${what}, which is not used here`);
  }

  #comments(on: CommentSubject, { comments }: Options, number?: number): void {
    for (const comment of comments) this.#sink.comment(on, showUtf8(comment), number);
  }
}

function textOf({ values }: Options, code: number): string | undefined {
  const value = values.get(code);
  return value && showUtf8(value);
}

/** Without the entries that are undefined. */
function withoutUndefined<K extends string>(
  entries: Record<K, string | undefined>,
): Partial<Record<K, string>> {
  const kept = Object.entries<string | undefined>(entries).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Partial<Record<K, string>>;
}
