/** What a piece prints, for its author: kept up to a cap. */
import type { Readable } from 'node:stream';
import { printableLines } from '#protocol/shown';

/** Characters. */
const CAP = 16_384;

export class Printed {
  #text = '';
  #dropped = false;

  take(...streams: readonly (Readable | null)[]): void {
    for (const stream of streams) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const room = CAP - this.#text.length;
        this.#dropped ||= text.length > room;
        this.#text += text.slice(0, room);
      });
    }
  }

  get text(): string {
    const text = printableLines(this.#text).trimEnd();
    return this.#dropped ? `${text}\n… (there was more)` : text;
  }
}
