/** The progress of everyone in the class with the labs, as it is stored. */
import type { TokenBucket } from 'limiter';
import { boardField, boardLabs, hinted, reported } from '#classroom/progress';
import type { ClassStore } from '#classroom/records';
import { CLASS_CAPS } from '#dissect/page-class';
import type { BoardLab, LabProgress, LabReport, LabStanding } from '#dissect/page-labs';
import { fullBucket } from './tries.ts';

interface Book {
  readonly labs: Map<string, LabProgress>;
  readonly reports: TokenBucket;
}

export class Progress {
  readonly #store: ClassStore;
  #books = new Map<number, Book>();

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

  labsWith(person: number): LabProgress[] {
    return [...(this.#books.get(person)?.labs.values() ?? [])];
  }

  /** Fields of the board for one person, by the names of the labs. */
  fieldsOf(person: number): LabStanding[] {
    const labs = this.labsWith(person);
    return labs.map(boardField).sort((one, other) => one.lab.localeCompare(other.lab));
  }

  labsOf(people: Iterable<number>): BoardLab[] {
    return boardLabs([...people].flatMap((person) => this.labsWith(person)));
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

  /** Deletes the progress of everyone. Rejects with an error of the store; then nothing is deleted. */
  async clear(): Promise<void> {
    const before = this.#books;
    this.forget();
    await this.#store.clearProgress().catch((error: unknown) => {
      this.#books = before;
      throw error;
    });
  }

  /** The store has deleted everything. */
  forget(): void {
    this.#books = new Map();
  }

  #bookOf(person: number): Book {
    const known = this.#books.get(person);
    if (known) return known;
    const book: Book = { labs: new Map(), reports: fullBucket(CLASS_CAPS.reportsPerMinute) };
    this.#books.set(person, book);
    return book;
  }
}
