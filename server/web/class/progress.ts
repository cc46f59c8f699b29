/** The progress of everyone in the class with the labs, as it is stored. */
import { TokenBucket } from 'limiter';
import { boardField, boardLabs, hinted, reported } from '#classroom/progress';
import type { ClassStore } from '#classroom/records';
import {
  type BoardLab,
  CLASS_CAPS,
  type LabProgress,
  type LabReport,
  type LabStanding,
} from '#dissect/page-class';

interface Book {
  readonly labs: Map<string, LabProgress>;
  readonly reports: TokenBucket;
}

export class Progress {
  readonly #store: ClassStore;
  readonly #books = new Map<number, Book>();

  /** Rejects with an error of the store. */
  static async open(store: ClassStore): Promise<Progress> {
    const progress = new Progress(store);
    for (const { person, progress: each } of await store.loadProgress())
      progress.#bookOf(person).labs.set(each.lab, each);
    return progress;
  }

  private constructor(store: ClassStore) {
    this.#store = store;
  }

  /** Fields of the board for one person, by the names of the labs. */
  fieldsOf(person: number): LabStanding[] {
    const labs = [...(this.#books.get(person)?.labs.values() ?? [])];
    return labs.map(boardField).sort((one, other) => one.lab.localeCompare(other.lab));
  }

  labsOf(people: Iterable<number>): BoardLab[] {
    return boardLabs([...people].flatMap((person) => [...(this.#books.get(person)?.labs.values() ?? [])]));
  }

  /** Resolves when the report is stored; with false if there are too many. `now`: milliseconds since 1970. */
  async report(person: number, report: LabReport, now: number): Promise<boolean> {
    const { labs, reports } = this.#bookOf(person);
    const before = labs.get(report.lab);
    const isNew = before === undefined && labs.size >= CLASS_CAPS.labs;
    if (isNew || !reports.tryRemoveTokens(1)) return false;
    const progress =
      report.checks.length === 0
        ? hinted(before, report.lab, report.hints, now)
        : reported(before, report, now);
    labs.set(report.lab, progress);
    await this.#store.saveProgress({ person, progress });
    return true;
  }

  #bookOf(person: number): Book {
    const known = this.#books.get(person);
    if (known) return known;
    const most = CLASS_CAPS.reportsPerMinute;
    const reports = new TokenBucket({ bucketSize: most, tokensPerInterval: most, interval: 'minute' });
    reports.content = most;
    const book: Book = { labs: new Map(), reports };
    this.#books.set(person, book);
    return book;
  }
}
