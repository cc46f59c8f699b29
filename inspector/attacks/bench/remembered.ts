/** What was heard lately, to be sent again. */
import type { Unit } from '../mallory/mallory.ts';

const MAX_UNITS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

export type RememberedUnit = Pick<Unit, 'connection' | 'towards' | 'bytes'> & { readonly id: number };

export class Remembered {
  /** In the order of their numbers. */
  readonly #units = new Map<number, RememberedUnit>();
  #bytes = 0;

  /** Keeps it, and lets go of the oldest beyond the caps. */
  keep(unit: RememberedUnit): void {
    this.#units.set(unit.id, unit);
    this.#bytes += unit.bytes.length;
    for (const [id, { bytes }] of this.#units) {
      if (this.#units.size <= MAX_UNITS && this.#bytes <= MAX_BYTES) return;
      this.#units.delete(id);
      this.#bytes -= bytes.length;
    }
  }

  find(id: number): RememberedUnit | undefined {
    return this.#units.get(id);
  }
}
