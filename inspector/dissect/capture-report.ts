/** What there is to say of a capture file beside its events, kept within caps while it is read. */
import { CAPS } from './pcap/caps.ts';
import type { CaptureInterface, CommentPlace } from './pcap/source.ts';

export interface CaptureComment {
  /** What it is a comment on. One on a flow is ours: how it was told who the client is. */
  readonly on: CommentPlace;
  /**
   * Which one: sections and packets count from 1, as Wireshark shows them; interfaces from 0, the place in
   * `interfaces`; flows by their id. For blocks of names, statistics and secrets, how many packets stand before.
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
  /** Packets (and blocks that are no packets) that gave nothing, by reason; the most frequent first. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
}

const OTHER = 'for further reasons';

export class ReportWriter {
  packets = 0;
  readonly #warnings: string[] = [];
  readonly #comments: CaptureComment[] = [];
  readonly #interfaces: CaptureInterface[] = [];
  readonly #skipped = new Map<string, number>();
  #tooMany = false;

  warn(message: string): void {
    if (this.#warnings.length < CAPS.warnings) this.#warnings.push(message);
  }

  skip(reason: string, count = 1): void {
    const known = this.#skipped.has(reason) || this.#skipped.size < CAPS.reasons;
    const name = known ? reason : OTHER;
    this.#skipped.set(name, (this.#skipped.get(name) ?? 0) + count);
  }

  comment(on: CommentPlace, text: string, number?: number): void {
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
    const skipped = [...this.#skipped].map(([reason, count]) => ({ reason, count }));
    return {
      packets: this.packets,
      warnings: [...this.#warnings, ...this.#losses()].slice(0, CAPS.warnings),
      comments: this.#comments,
      interfaces: this.#interfaces,
      skipped: skipped.sort((a, b) => b.count - a.count),
    };
  }

  /** A packet's comments are read just before it, an interface's just after it was added. */
  #current(on: CommentPlace): number {
    if (on === 'packet') return this.packets + 1;
    return on === 'interface' ? this.#interfaces.length - 1 : this.packets;
  }

  #losses(): string[] {
    return this.#interfaces.flatMap(({ name, dropped = 0 }, i) =>
      dropped > 0
        ? [`interface ${name ?? i} lost ${dropped.toLocaleString('en')} packets while capturing`]
        : [],
    );
  }
}
