/** Long work on the page's own thread, cut into slices between which the browser draws and takes input. */

export interface SlicedWork {
  /** Works until `enough` says so. Gives whether there is more to do. */
  readonly work: (enough: () => boolean) => boolean;
  /** Puts what was done so far on the screen. `more`: the work goes on. */
  readonly show: (more: boolean) => void;
}

/** Milliseconds of one slice. Drawing comes on top, and both together must stay below what a person notices. */
const SLICE = 8;
/** Milliseconds between two showings: drawing a long list costs more than reading a few more records. */
const SHOW_EVERY = 100;

export class Slices {
  readonly #work: SlicedWork;
  /** Told by its own number, so that a slice that was asked for before `stop` does nothing. */
  #run = 0;
  #busy = false;
  #busySince = 0;
  #shownAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: SlicedWork) {
    this.#work = work;
  }

  /** There may be something to do. Does it soon. */
  wake(): void {
    if (this.#busy) return;
    this.#begin();
    this.#later();
  }

  /** There is something to do. Does one slice of it at once; what is whole then shows without delay. */
  start(): void {
    this.#run++;
    this.#begin();
    const more = this.#slice();
    if (more) this.#later();
    else this.#show(more);
  }

  /** Does one slice and shows what there is then, at once: what was there before must not stay on the screen. */
  now(): void {
    this.#run++;
    this.#begin();
    const more = this.#slice();
    this.#show(more);
    if (more) this.#later();
  }

  stop(): void {
    this.#run++;
    this.#busy = false;
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
    // Work that is done at once shows whole: half of it first would flicker.
    const isDue = waited >= SHOW_EVERY && (!more || performance.now() - this.#busySince >= SHOW_EVERY);
    if (isDue) this.#show(more);
    else if (!more) this.#showAfter(SHOW_EVERY - waited);
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
 * In a task of its own, behind input where the browser knows of priorities. Not of the lowest priority: what the server
 * sends would come before it, and after a reload that is everything.
 */
function soon(work: () => void): void {
  if ('scheduler' in globalThis) void scheduler.postTask(work, { priority: 'user-visible' });
  else setTimeout(work);
}
