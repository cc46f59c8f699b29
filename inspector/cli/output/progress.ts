/** One line on a terminal that shows the progress of reading. */
import { counted } from '#protocol/shown';
import { cut } from './terminal.ts';

/** Is told the progress of one reading of a file. */
export interface Watch {
  /** Takes the number of bytes read, and of packets found in them. */
  update(read: number, packets: number): void;
  /** Removes what it shows. */
  clear(): void;
}

export interface Reading {
  /** Bytes read so far, and in the file, if that is known. */
  readonly read: number;
  readonly total: number | undefined;
  readonly packets: number;
  /** Milliseconds since the beginning. */
  readonly elapsed: number;
}

/** A file that is read within this many milliseconds needs no line. */
const QUIET_MS = 400;
const EVERY_MS = 100;
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export class Progress implements Watch {
  readonly #stream: NodeJS.WriteStream;
  readonly #name: string;
  readonly #total: number | undefined;
  readonly #started = Date.now();
  #next = this.#started + QUIET_MS;
  #drawn = false;

  constructor(stream: NodeJS.WriteStream, name: string, total: number | undefined) {
    this.#stream = stream;
    this.#name = name;
    this.#total = total;
  }

  /** Draws at most ten times a second, and only on a terminal. */
  update(read: number, packets: number): void {
    const now = Date.now();
    if (!this.#stream.isTTY || now < this.#next) return;
    this.#next = now + EVERY_MS;
    const text = progressText({ read, total: this.#total, packets, elapsed: now - this.#started });
    this.#stream.write(`\r\u001b[K${cut(`${this.#name}: ${text}`, (this.#stream.columns || 80) - 1)}`);
    this.#drawn = true;
  }

  /** Removes the line. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[K');
    this.#drawn = false;
  }
}

export function progressText({ read, total, packets, elapsed }: Reading): string {
  const found = counted(packets, 'packet');
  if (total === undefined || total <= 0) return `${size(read)}, ${found}`;
  const share = Math.min(1, read / total);
  const left = share === 0 ? '' : `, ${duration((elapsed / share) * (1 - share))} left`;
  // A narrow terminal cuts the end off.
  return `${Math.floor(share * 100)} %${left}: ${size(read)} of ${size(total)}, ${found}`;
}

/** `1.5 MiB`. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  if (power === 0) return counted(bytes, 'byte');
  return `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power] as string}`;
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
