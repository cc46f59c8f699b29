/** What a file that a reader gives to the page is, by its content. */
import { keyLogWarnings, readKeyLog } from '#dissect/capture/key-log';
import { isText } from '#dissect/streams/plain-protocols';
import { LIMITS } from '#protocol/limits';
import { printable } from '#protocol/shown';

/** How many bytes settle whether it is a text. */
export const LOOKED_AT = 4_096;
const NAME_SHOWN = 80;
const MIB = 1024 * 1024;

/** For the reader: what is wrong with a file, in a sentence that names it. */
export class FileFault extends Error {
  override readonly name = 'FileFault';

  constructor(file: string, what: string) {
    super(`${shownName(file)}: ${what}`);
  }
}

export interface GivenKeyLog {
  readonly name: string;
  readonly lines: readonly string[];
  /** Lines that are not used, by their numbers. */
  readonly warnings: readonly string[];
}

/** Whether it may be a key log. Captures begin with bytes that no text has. */
export function looksLikeText(start: Uint8Array): boolean {
  return isText(bodyOf(start)) || encodingOf(start) !== 'utf-8';
}

/** Throws `FileFault` when a file of this size is not read. */
export function checkSize(name: string, size: number, kind: 'capture' | 'key log'): void {
  const cap = kind === 'capture' ? LIMITS.pageCapture : LIMITS.pageKeyLog;
  if (size === 0) throw new FileFault(name, 'the file is empty.');
  if (size <= cap) return;
  const has = `${(size / MIB).toFixed(1)} MiB`;
  const instead = kind === 'capture' ? ' npx wireglass inspect reads files of any size.' : '';
  throw new FileFault(
    name,
    `a ${kind} of ${has} is too large for a page, which reads up to ${cap / MIB} MiB.${instead}`,
  );
}

/** Reads a key log. Throws `FileFault` when not a single line is one of a key log. */
export function keyLogOf(name: string, bytes: Uint8Array): GivenKeyLog {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) {
    throw new FileFault(
      name,
      'this is a private key, and this page reads only key logs. npx wireglass inspect --keys reads both.',
    );
  }
  const log = readKeyLog(text, 0);
  if (log.events.length === 0) throw new FileFault(name, 'this key log has no lines yet.');
  if (log.oddCount === log.events.length) {
    throw new FileFault(
      name,
      `neither a capture nor a key log. Line ${log.odd[0]} is not of the form LABEL <client random, hex> <secret, hex>.`,
    );
  }
  const lines = log.events.flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
  return { name: shownName(name), lines, warnings: keyLogWarnings(log) };
}

/** A file's name is a text of others. */
export function shownName(name: string): string {
  const shown = printable(name);
  return shown.length > NAME_SHOWN ? `${shown.slice(0, NAME_SHOWN)}…` : shown;
}

/** Windows PowerShell writes UTF-16 when its output is sent to a file. */
function encodingOf(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** Without the mark of UTF-8, and without bytes of letters outside ASCII, which a comment may have. */
function bodyOf(start: Uint8Array): Uint8Array {
  const marked = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
  return start.subarray(marked ? 3 : 0, LOOKED_AT).filter((byte) => byte < 0x80);
}
