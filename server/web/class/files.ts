/** The files that students show: who has each open, what those pages are told, and when each ends. */
import { TokenBucket } from 'limiter';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import { ShownFiles } from '#classroom/shown-files';
import type { AuditEntry } from '#chat/records';
import { CLASS_CAPS } from '#dissect/page-class';
import type { FileEnd, FileNews, FileShown, OwnFile, RowFile } from '#dissect/page-file';

/** The page of somebody who leads the class. */
export interface ReadingPage {
  /** False if it lags behind, and has not been told. */
  tellFile(news: FileNews): boolean;
}

interface Reading {
  readonly person: number;
  readonly by: string;
  /** The text that the page was told last. */
  told: string | undefined;
}

export interface ClassFilesOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly audit: (entry: AuditEntry) => void;
  /** Somebody shows a file or does not any more, or others read it. */
  readonly changed: () => void;
}

export type NotShown = 'bad_request' | 'too_many_files';

export class ClassFiles {
  readonly #options: ClassFilesOptions;
  readonly #files = new ShownFiles();
  readonly #readings = new Map<ReadingPage, Reading>();
  readonly #requests = new Map<number, TokenBucket>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ClassFilesOptions) {
    this.#options = options;
  }

  /** Whether another request of this person is taken now. */
  takes(person: number): boolean {
    const most = CLASS_CAPS.fileRequestsPerMinute;
    const known = this.#requests.get(person);
    const bucket =
      known ?? new TokenBucket({ bucketSize: most, tokensPerInterval: most, interval: 'minute' });
    if (!known) bucket.content = most;
    this.#requests.set(person, bucket);
    return bucket.tryRemoveTokens(1);
  }

  // What a student does

  show(person: Person, file: { readonly lab: string; readonly text: string }): FileShown | NotShown {
    if (isLeader(person) || person.removed) return 'bad_request';
    this.end(person.id, 'replaced');
    const begun = this.#files.begin(person.id, file, this.#options.clock());
    if (!begun) return 'too_many_files';
    this.#changed();
    return { id: begun.id };
  }

  /** False if this file is not shown any more. */
  renew(person: number, file: { readonly id: number; readonly text?: string }): boolean {
    this.#endThoseDue();
    if (!this.#files.renew(person, file, this.#options.clock())) return false;
    this.#tellReaders(person);
    this.#wait();
    return true;
  }

  end(person: number, why: FileEnd): void {
    if (!this.#files.end(person, why, this.#options.clock())) return;
    for (const [page, reading] of this.#readings) {
      if (reading.person !== person) continue;
      this.#readings.delete(page);
      page.tellFile({ type: 'file-over', person, why });
    }
    this.#changed();
  }

  endAll(why: FileEnd): void {
    for (const person of this.#files.people) this.end(person, why);
  }

  /** The person is deleted. */
  forget(person: number): void {
    this.end(person, 'removed');
    this.#files.forget(person);
    this.#requests.delete(person);
  }

  // What those who lead do

  /** This page reads the file of this student from now on, which the audit log keeps. False if the student shows none. */
  read(page: ReadingPage, person: Person, by: Person): boolean {
    this.#endThoseDue();
    const file = this.#files.of(person.id);
    if (!file) return false;
    this.#readings.set(page, { person: person.id, by: by.account.name, told: undefined });
    this.#options.audit({
      ts: this.#options.clock(),
      event: 'class.file_opened',
      actor: by.account.name,
      subject: person.account.name,
      detail: file.lab,
    });
    this.#tellReaders(person.id);
    this.#options.changed();
    return true;
  }

  close(page: ReadingPage): void {
    if (this.#readings.delete(page)) this.#options.changed();
  }

  // What each is told

  ownOf(person: number): OwnFile | null {
    const past = this.#files.pastOf(person);
    if (past) return { state: 'over', ...past };
    const file = this.#files.of(person);
    if (!file) return null;
    const readers = [...this.#readings.values()].filter((reading) => reading.person === person);
    return {
      state: 'shown',
      id: file.id,
      lab: file.lab,
      ends: file.ends,
      readers: [...new Set(readers.map(({ by }) => by))],
    };
  }

  rowOf(person: number): RowFile | undefined {
    const file = this.#files.of(person);
    return file && { lab: file.lab, ends: file.ends };
  }

  #tellReaders(person: number): void {
    const file = this.#files.of(person);
    if (!file) return;
    const { lab, ends, text } = file;
    for (const [page, reading] of this.#readings) {
      if (reading.person !== person || reading.told === text) continue;
      if (page.tellFile({ type: 'file', person, lab, ends, text })) reading.told = text;
    }
  }

  #changed(): void {
    this.#wait();
    this.#options.changed();
  }

  /** Until the next one is due. */
  #wait(): void {
    clearTimeout(this.#timer);
    const due = this.#files.nextDue;
    if (due === undefined) return;
    const wait = Math.max(0, due - this.#options.clock());
    this.#timer = setTimeout(() => this.#endThoseDue(), wait).unref();
  }

  #endThoseDue(): void {
    for (const { person, why } of this.#files.dueBy(this.#options.clock())) this.end(person, why);
    this.#wait();
  }
}
