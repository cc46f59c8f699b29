/** What all layers have in common whose units state their own length: one stream each way, cut into pieces. */
import type { Layer, Unit } from '../layer.ts';
import type { Direction, Proto } from '../model.ts';
import { type Measure, type Piece, Splitter } from './splitter.ts';

export abstract class SplitLayer implements Layer {
  abstract readonly cipher: string;
  abstract readonly stack: readonly Proto[];
  readonly #streams: Readonly<Record<Direction, Splitter>>;

  constructor(headerLength: number, measure: Measure) {
    this.#streams = {
      c2s: new Splitter(headerLength, measure),
      s2c: new Splitter(headerLength, measure),
    };
  }

  push(dir: Direction, bytes: Uint8Array): Unit[] {
    const stream = this.#streams[dir];
    stream.push(bytes);
    const units: Unit[] = [];
    for (let piece = stream.next(); piece; piece = stream.next()) units.push(this.unitOf(dir, piece));
    return units;
  }

  gap(dir: Direction, length: number): Unit[] {
    return this.#streams[dir].gap(length).map((piece) => this.unitOf(dir, piece));
  }

  end(dir: Direction): Unit[] {
    const piece = this.#streams[dir].end();
    return piece ? [this.unitOf(dir, piece)] : [];
  }

  pending(dir: Direction): number {
    return this.#streams[dir].pending;
  }

  /** The unit that a piece of this direction is; pieces come in order. */
  protected abstract unitOf(dir: Direction, piece: Piece): Unit;
}
