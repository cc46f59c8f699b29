/**
 * Which students let those who lead look at the text of a lab, and until when. A student begins it. It ends when the student stops
 * it, when the time is up, and when the page that shows it has said nothing for a while. In memory only: the text is gone with
 * the end, and after a new start of the server nobody shows anything. Times are milliseconds since 1970.
 */
import { CLASS_CAPS } from '#dissect/page-class';
import type { FileEnd } from '#dissect/page-file';

export interface ShownFile {
  /** Grows with time, so that a page from before a new start of the server has no id of a newer file. */
  readonly id: number;
  readonly lab: string;
  readonly text: string;
  readonly ends: number;
  /** When its page was last heard of. */
  readonly heard: number;
}

/** A file that was shown: what it was, without its text. */
export interface PastFile extends Pick<ShownFile, 'id' | 'lab'> {
  readonly why: FileEnd;
  readonly time: number;
}

const SHOWN_MS = CLASS_CAPS.fileMinutes * 60_000;
const SILENCE_MS = CLASS_CAPS.fileSilenceSeconds * 1_000;

export class ShownFiles {
  readonly #shown = new Map<number, ShownFile>();
  /** The last one of each person. */
  readonly #past = new Map<number, PastFile>();
  #newest = 0;

  /** The person must show no file. Undefined if too many others do. */
  begin(person: number, { lab, text }: Pick<ShownFile, 'lab' | 'text'>, now: number): ShownFile | undefined {
    if (this.#shown.size >= CLASS_CAPS.shownFiles) return undefined;
    this.#newest = Math.max(this.#newest + 1, now);
    const file = { id: this.#newest, lab, text, ends: now + SHOWN_MS, heard: now };
    this.#past.delete(person);
    this.#shown.set(person, file);
    return file;
  }

  /** The page is still there; without a `text`, the one before holds. False if this file is not shown any more. */
  renew(
    person: number,
    { id, text }: Pick<ShownFile, 'id'> & { readonly text?: string },
    now: number,
  ): boolean {
    const file = this.#shown.get(person);
    if (file?.id !== id || dueAt(file) <= now) return false;
    this.#shown.set(person, { ...file, text: text ?? file.text, heard: now });
    return true;
  }

  /** False if the person shows nothing. */
  end(person: number, why: FileEnd, now: number): boolean {
    const file = this.#shown.get(person);
    if (!file) return false;
    this.#shown.delete(person);
    this.#past.set(person, { id: file.id, lab: file.lab, why, time: now });
    return true;
  }

  /** Nothing is kept of this person any more. */
  forget(person: number): void {
    this.#shown.delete(person);
    this.#past.delete(person);
  }

  of(person: number): ShownFile | undefined {
    return this.#shown.get(person);
  }

  pastOf(person: number): PastFile | undefined {
    return this.#past.get(person);
  }

  get people(): number[] {
    return [...this.#shown.keys()];
  }

  /** Who shows a file whose end has come, and why it ends. */
  dueBy(now: number): { readonly person: number; readonly why: FileEnd }[] {
    return [...this.#shown]
      .filter(([, file]) => dueAt(file) <= now)
      .map(([person, { ends }]) => ({ person, why: ends <= now ? 'time' : 'silent' }));
  }

  /** When the next one ends if nothing is heard until then; undefined if nobody shows anything. */
  get nextDue(): number | undefined {
    const all = [...this.#shown.values()].map(dueAt);
    return all.length === 0 ? undefined : Math.min(...all);
  }
}

function dueAt({ ends, heard }: ShownFile): number {
  return Math.min(ends, heard + SILENCE_MS);
}
