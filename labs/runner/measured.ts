/** A learner's measurement (lab 13) under a clock that stands still but for what each broadcast takes. */

interface Trial {
  readonly clients: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly now: () => number;
  readonly broadcast: () => Promise<void>;
}

export type Measure = (trial: Trial) => unknown;

export interface MeasureOrder {
  readonly clients: number;
  readonly warmUp: number;
  /** What the clock says at the beginning, in milliseconds. */
  readonly from: number;
  /** Milliseconds that each broadcast takes, those that warm up included. */
  readonly took: readonly number[];
}

export interface Measured {
  /** What the learner's function gave. */
  readonly row: unknown;
  readonly broadcasts: number;
  /** Broadcasts that were started while another was under way. */
  readonly overlapping: number;
}

export async function measureFor(measure: Measure, order: MeasureOrder): Promise<Measured> {
  const { clients, warmUp, from, took } = order;
  let [clock, broadcasts, overlapping, underWay] = [from, 0, 0, 0];
  const broadcast = async (): Promise<void> => {
    const takes = took[broadcasts++] ?? 0;
    if (underWay > 0) overlapping += 1;
    underWay += 1;
    await new Promise((resolve) => setImmediate(resolve));
    clock += takes;
    underWay -= 1;
  };
  const rounds = took.length - warmUp;
  const row = await measure({ clients, warmUp, rounds, now: () => clock, broadcast });
  return { row, broadcasts, overlapping };
}
