/** Answers the page's questions about everything that crossed, a slice of counting at a time. */
import { WIRE_NAMES } from '#protocol/wires';
import { cloneable } from './cloneable.ts';
import type { Surveyed } from './exchange.ts';
import { handshakesOf } from './handshakes.ts';
import { WireSurvey } from './survey.ts';
import type { TrafficReader } from './traffic-reader.ts';

/** Milliseconds of counting for one answer: other questions wait no longer. */
const COUNT_MS = 25;

export class SurveyDesk {
  readonly #reader: TrafficReader;
  readonly #wires = WIRE_NAMES.map((wire) => ({ wire, survey: new WireSurvey(wire) }));

  constructor(reader: TrafficReader) {
    this.#reader = reader;
  }

  /** `flow`: the connection whose key schedule is wanted. */
  answer(flow: number | undefined): Surveyed {
    const { log } = this.#reader;
    const end = performance.now() + COUNT_MS;
    const enough = (): boolean => performance.now() >= end;
    const counted = this.#wires.map(({ wire, survey }) => survey.read(log.records(wire), enough));
    return cloneable({
      type: 'surveyed',
      isDone: counted.every(Boolean),
      keys: this.#reader.keys,
      wires: this.#wires.map(({ wire, survey }) => ({
        wire,
        counts: survey.counts,
        bars: survey.bars,
        handshakes: handshakesOf(wire, log),
      })),
      schedule: flow === undefined ? [] : this.#reader.keySchedule(flow),
    });
  }
}
