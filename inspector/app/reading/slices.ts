/** Long work on the page's main thread, divided into slices, between which the browser draws and handles input. */

export interface SlicedWork {
  /** Works until `enough` returns true. Returns whether there is more to do. */
  readonly work: (enough: () => boolean) => boolean;
  /** Shows what was done so far. `more`: the work goes on. */
  readonly show: (more: boolean) => void;
}

/** Milliseconds of one slice. Together with drawing, this must be too short for a person to notice. */
const SLICE = 8;
/** Milliseconds between two updates of the screen: drawing a long list costs more than reading a few more records. */
const SHOW_EVERY = 100;
/** Milliseconds for which the end of the work waits for more: a message crosses four wires, and is drawn once. */
const GATHER = 16;

export class Slices {
  readonly #work: SlicedWork;
  /** The number of the current run, so that a slice that was scheduled before `stop` does nothing. */
  #run = 0;
  #busy = false;
  #busySince = 0;
  #shownAt = -Infinity;
  /** Somebody waits for the end of this work. */
  #isAwaited = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: SlicedWork) {
    this.#work = work;
  }

  /** There may be something to do: schedules a slice. */
  wake(): void {
    if (this.#busy) return;
    this.#begin();
    this.#later();
  }

  /** Does one slice and shows the result at once, because what is on the screen must not stay; the end, too, is shown at once. */
  now(): void {
    this.#run++;
    this.#begin();
    const more = this.#slice();
    this.#isAwaited = more;
    this.#show(more);
    if (more) this.#later();
  }

  stop(): void {
    this.#run++;
    this.#busy = false;
    this.#isAwaited = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #begin(): void {
    if (!this.#busy) this.#busySince = performance.now();
    this.#busy = true;
  }

  #later(): void {
    const run = this.#run;
    soon(() => {
      if (run === this.#run) this.#turn();
    });
  }

  #turn(): void {
    const more = this.#slice();
    const waited = performance.now() - this.#shownAt;
    // Work that is done at once is shown as a whole: showing half of it first would flicker.
    const isDue = waited >= SHOW_EVERY && performance.now() - this.#busySince >= SHOW_EVERY;
    const isAnswer = this.#isAwaited && !more;
    this.#isAwaited &&= more;
    if (isDue || isAnswer) this.#show(more);
    else if (!more) this.#showAfter(Math.max(GATHER, SHOW_EVERY - waited));
    if (more) this.#later();
  }

  #slice(): boolean {
    const end = performance.now() + SLICE;
    this.#busy = this.#work.work(() => performance.now() >= end);
    return this.#busy;
  }

  #show(more: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work.show(more);
    this.#shownAt = performance.now();
  }

  #showAfter(milliseconds: number): void {
    this.#timer ??= setTimeout(() => this.#show(this.#busy), milliseconds);
  }
}

/**
 * Runs in a task of its own, after input if the browser supports priorities. Not with the lowest priority: what the
 * server sends would come before it, and after a reload that is everything.
 */
function soon(work: () => void): void {
  if ('scheduler' in globalThis) void scheduler.postTask(work, { priority: 'user-visible' });
  else setTimeout(work);
}
