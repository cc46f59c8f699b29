/** Messages that were taken away, as a wire tells of them. Their bytes have crossed it, and stay in its records. */
import type { WireRecord } from '#dissect/model';
import { framesOf, valueIn } from '../model/messages.ts';

/** Of the messages that were taken away, so many of the newest are known. */
const MOST = 1_000;

/** Titles are at hand; frames are read only where one may tell of this. A long title leaves some of its frames out. */
const TELLS = /(^|[^_])deleted|…/;

export class TakenAway {
  readonly #numbers = new Set<number>();

  /** Reads records that have come. False if they take no message away. */
  read(records: readonly WireRecord[]): boolean {
    const told = records.flatMap(numbersTold).filter((number) => !this.#numbers.has(number));
    for (const number of told) this.#numbers.add(number);
    for (const oldest of this.#numbers) {
      if (this.#numbers.size <= MOST) break;
      this.#numbers.delete(oldest);
    }
    return told.length > 0;
  }

  has(message: number): boolean {
    return this.#numbers.has(message);
  }

  /** Whether the last message in this record, which is one of `records`, was taken away. */
  isIn(record: WireRecord, records: readonly WireRecord[]): boolean {
    if (this.#numbers.size === 0) return false;
    const message = messageIn(record, records);
    return message !== undefined && this.#numbers.has(message);
  }
}

function numbersTold(record: WireRecord): number[] {
  if (record.dir !== 's2c' || !TELLS.test(record.title)) return [];
  return framesOf(record).flatMap((frame) => (frame.title === 'deleted' ? (idOf(frame) ?? []) : []));
}

/** The number of the last message in a record. That of a `say` stands in the server's answer to it. */
function messageIn(record: WireRecord, records: readonly WireRecord[]): number | undefined {
  const frame = framesOf(record).findLast(({ title }) => title === 'say' || title === 'message');
  if (frame?.title !== 'say') return frame && idOf(frame);
  const ref = valueIn(frame, 'ref');
  for (const later of records.slice(records.indexOf(record) + 1)) {
    if (later.flow !== record.flow || later.dir !== 's2c') continue;
    const answer = framesOf(later).find((each) => each.title === 'ack' && valueIn(each, 'ref') === ref);
    if (answer) return idOf(answer);
  }
  return undefined;
}

function idOf(frame: ReturnType<typeof framesOf>[number]): number | undefined {
  const id = valueIn(frame, 'id');
  return typeof id === 'number' ? id : undefined;
}
