/** What happened on one connection, in the order in which it happened, with totals. */
import type { Direction, TapEvent } from './model.ts';

export type FlowEvent = Extract<TapEvent, { kind: 'flow' }>;
export type Step = Exclude<TapEvent, { kind: 'flow' | 'secret' }>;

/**
 * Bytes as TCP delivered them, or bytes that a capture does not hold; segment boundaries say nothing about
 * records.
 */
export interface DeliveredSegment {
  readonly kind: 'bytes' | 'gap';
  readonly dir: Direction;
  readonly time: number;
  /** Place of its first byte in this direction, as `WireRecord.offset` counts: missing bytes are counted too. */
  readonly offset: number;
  readonly length: number;
}

type End = 'fin' | 'reset';

export class FlowSteps {
  #steps: Step[] = [];
  #done = 0;
  readonly #bytes = { c2s: 0, s2c: 0 };
  readonly #ended: { c2s?: End; s2c?: End } = {};
  #segments = 0;
  #held = 0;
  #cut = false;
  #cutBytes = 0;
  #isWhole = true;
  #beginsWithGap = false;

  /** Bytes that crossed, each way, including those that were not taken in. */
  get bytes(): Readonly<Record<Direction, number>> {
    return { ...this.#bytes };
  }

  /** Bytes that are held in memory. */
  get held(): number {
    return this.#held;
  }

  /** Bytes that were not taken in. */
  get cutBytes(): number {
    return this.#cutBytes;
  }

  /** Segments with bytes. */
  get segmentCount(): number {
    return this.#segments;
  }

  /** How the directions have ended. */
  get ended(): { readonly c2s?: End; readonly s2c?: End } {
    return this.#ended;
  }

  /** True when the first bytes of a direction are missing. */
  get beginsWithGap(): boolean {
    return this.#beginsWithGap;
  }

  /** Everything that is held, in the order in which it happened. */
  get all(): readonly Step[] {
    return this.#steps;
  }

  /** How many steps have not been read. */
  get unread(): number {
    return this.#steps.length - this.#done;
  }

  /** The next step to read; it stays unread. */
  get next(): Step | undefined {
    return this.#steps[this.#done];
  }

  advance(): void {
    this.#done++;
  }

  add(step: Step): void {
    if (step.kind === 'gap' && this.#bytes[step.dir] === 0) this.#beginsWithGap = true;
    if (step.kind === 'end') this.#ended[step.dir] ??= step.how;
    if (step.kind === 'chunk') this.#count(step.dir, step.bytes.length);
    if (!this.#cut || step.kind === 'end') this.#steps.push(step);
  }

  /** From here on no bytes are taken in: nothing may follow bytes that are left out. */
  cut(): void {
    this.#cut = true;
  }

  /** Starts the reading again from the first step, if everything is still there. Returns whether it is. */
  rewind(): boolean {
    if (this.#isWhole) this.#done = 0;
    return this.#isWhole;
  }

  /** Drops everything that has been read. */
  letGo(): void {
    if (this.#done === 0) return;
    this.#isWhole = false;
    this.#steps = this.#steps.slice(this.#done);
    this.#done = 0;
    this.#held = this.#steps.reduce((sum, step) => sum + (step.kind === 'chunk' ? step.bytes.length : 0), 0);
  }

  /** What arrived, both directions together, in the order of arrival, without what was dropped. */
  segments(): DeliveredSegment[] {
    const next = { c2s: 0, s2c: 0 };
    return this.#steps.flatMap((step) => {
      if (step.kind === 'end') return [];
      const { dir, time } = step;
      const [kind, length] =
        step.kind === 'gap' ? (['gap', step.length] as const) : (['bytes', step.bytes.length] as const);
      const offset = next[dir];
      next[dir] += length;
      return [{ kind, dir, time, offset, length }];
    });
  }

  #count(dir: Direction, length: number): void {
    this.#bytes[dir] += length;
    this.#segments++;
    if (this.#cut) this.#cutBytes += length;
    else this.#held += length;
  }
}
