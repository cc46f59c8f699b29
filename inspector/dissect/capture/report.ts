/** What there is to say about a capture file besides its events, kept within caps while it is read. */
import { formatNumber as number } from '#protocol/amounts';
import { counted } from '#protocol/shown';
import { CAPS } from '../pcap/caps.ts';
import type { CaptureInterface, CommentSubject } from '../pcap/source.ts';

export interface CaptureComment {
  /**
   * What the comment is about. A comment on a flow is not from the file but ours: how the client was
   * recognised, for example.
   */
  readonly on: CommentSubject;
  /**
   * Which one. Sections and packets count from 1, as Wireshark shows them; interfaces count from 0, as in
   * `interfaces`; a flow goes by its id. For blocks of names, statistics and secrets it is the number of
   * packets before them.
   */
  readonly number: number;
  readonly text: string;
}

export interface CaptureReport {
  /** Packets in the file, whatever they carry. */
  readonly packets: number;
  /** What was odd: broken blocks, unknown link types. At most a hundred lines. */
  readonly warnings: readonly string[];
  readonly comments: readonly CaptureComment[];
  readonly interfaces: readonly CaptureInterface[];
  /** Packets of which nothing was read, and blocks that are not packets, by reason, the most frequent first. */
  readonly skipped: readonly Skipped[];
  /** What became of the bytes that TCP carried. */
  readonly payload: PayloadCount;
}

export interface Skipped {
  readonly reason: string;
  readonly count: number;
  /** Set for blocks of a pcapng file that are not packets and are not counted among them. */
  readonly blocks?: true;
}

/**
 * Every packet is counted in `segmentPackets` or in `skipped`, and every one of the `bytes` in `delivered` or
 * in `unread`.
 */
export interface PayloadCount {
  /** Packets that are TCP segments, or fragments of one. */
  readonly segmentPackets: number;
  /** Bytes of payload that the packets of the file hold. */
  readonly bytes: number;
  /** Bytes that became part of a flow. */
  readonly delivered: number;
  /** Bytes that did not, by reason, the largest number first. */
  readonly unread: readonly { readonly reason: string; readonly bytes: number }[];
  /** Bytes that crossed but are not in the file, as far as that can be told: the gaps of all flows. */
  readonly missing: number;
}

const OTHER = 'for further reasons';
/** Reasons named in a warning. */
const SHOWN_REASONS = 5;
/** From this snap length on, there is no limit. */
const NO_LIMIT = 65_535;

export class ReportWriter {
  packets = 0;
  segmentPackets = 0;
  payloadBytes = 0;
  delivered = 0;
  missing = 0;
  readonly #warnings: string[] = [];
  readonly #comments: CaptureComment[] = [];
  readonly #interfaces: CaptureInterface[] = [];
  readonly #skippedPackets = new Map<string, number>();
  readonly #skippedBlocks = new Map<string, number>();
  readonly #unread = new Map<string, number>();
  #tooMany = false;

  warn(message: string): void {
    if (this.#warnings.length < CAPS.warnings) this.#warnings.push(message);
  }

  skip(reason: string, count = 1, blocks = false): void {
    addTo(blocks ? this.#skippedBlocks : this.#skippedPackets, reason, count);
  }

  /** Captured bytes of payload that do not become part of a flow. */
  unread(reason: string, bytes: number): void {
    if (bytes > 0) addTo(this.#unread, reason, bytes);
  }

  comment(on: CommentSubject, text: string, number?: number): void {
    if (this.#comments.length >= CAPS.comments) return;
    const shown = text.length > CAPS.commentText ? `${text.slice(0, CAPS.commentText)}…` : text;
    this.#comments.push({ on, number: number ?? this.#current(on), text: shown });
  }

  addInterface(from: CaptureInterface): boolean {
    if (this.#interfaces.length < CAPS.interfaces) {
      this.#interfaces.push(from);
      return true;
    }
    if (!this.#tooMany) this.warn(`the file has more than ${CAPS.interfaces} interfaces`);
    this.#tooMany = true;
    return false;
  }

  /** What was read so far. */
  report(): CaptureReport {
    const skipped: Skipped[] = [
      ...[...this.#skippedPackets].map(([reason, count]) => ({ reason, count })),
      ...[...this.#skippedBlocks].map(([reason, count]) => ({ reason, count, blocks: true as const })),
    ];
    return {
      packets: this.packets,
      warnings: [...this.#warnings, ...this.#losses(), ...this.#nothing()].slice(0, CAPS.warnings),
      comments: this.#comments,
      interfaces: this.#interfaces,
      skipped: skipped.sort((a, b) => b.count - a.count),
      payload: this.#payload(),
    };
  }

  #payload(): PayloadCount {
    const unread = [...this.#unread].map(([reason, bytes]) => ({ reason, bytes }));
    return {
      segmentPackets: this.segmentPackets,
      bytes: this.payloadBytes,
      delivered: this.delivered,
      unread: unread.sort((a, b) => b.bytes - a.bytes),
      missing: this.missing,
    };
  }

  /** A packet's comments are read just before it, an interface's just after it was added. */
  #current(on: CommentSubject): number {
    if (on === 'packet') return this.packets + 1;
    return on === 'interface' ? this.#interfaces.length - 1 : this.packets;
  }

  /** Warnings about packets that the interfaces lost or cut short. */
  #losses(): string[] {
    return this.#interfaces.flatMap(({ name, dropped = 0, cut = 0, packets, snapLength }, i) => {
      const lost = `interface ${name ?? i} lost ${counted(dropped, 'packet')} while capturing`;
      return [...(dropped > 0 ? [lost] : []), ...(cut > 0 ? [cutShort(cut, packets, snapLength)] : [])];
    });
  }

  /** Why there is nothing to show. */
  #nothing(): string[] {
    if (this.segmentPackets > 0 || this.packets === 0) return [];
    const reasons = [...this.#skippedPackets].sort(([, a], [, b]) => b - a);
    const told = reasons.slice(0, SHOWN_REASONS).map(([reason, count]) => `${number(count)} ${reason}`);
    const rest = reasons.slice(SHOWN_REASONS).reduce((sum, [, count]) => sum + count, 0);
    const all = [...told, ...(rest > 0 ? [`${number(rest)} for other reasons`] : [])].join('; ');
    return [`no TCP connection among ${counted(this.packets, 'packet')}: ${all}`];
  }
}

/** The warning about packets that are longer than what was kept of them. */
function cutShort(cut: number, packets: number, snapLength: number): string {
  const which = `${number(cut)} of ${counted(packets, 'packet')} ${cut === 1 ? 'is' : 'are'} cut short`;
  // Without a limit, or with one that no packet reaches, something else has cut them.
  return snapLength > 0 && snapLength < NO_LIMIT
    ? `the capture kept at most ${counted(snapLength, 'byte')} of each packet: ${which} (snap length)`
    : `the capture did not keep all bytes of each packet: ${which}`;
}

function addTo(counts: Map<string, number>, reason: string, count: number): void {
  const known = counts.has(reason) || counts.size < CAPS.reasons;
  const name = known ? reason : OTHER;
  counts.set(name, (counts.get(name) ?? 0) + count);
}
