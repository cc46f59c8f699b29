/** What a file that a reader gives to the page is, by its content. */
import { keyLogWarnings, readKeyLog } from '#dissect/capture/key-log';
import type { TapEvent } from '#dissect/model';
import { isText } from '#dissect/streams/plain-protocols';
import { LIMITS } from '#protocol/limits';
import { printable } from '#protocol/shown';

/** How many bytes settle whether it is a text. */
const LOOKED_AT = 4_096;
const NAME_SHOWN = 80;
const MIB = 1024 * 1024;

/** What can be wrong with a file. */
export type FaultCode =
  'empty' | 'too_large' | 'unreadable' | 'private_key' | 'not_a_capture' | 'nothing_inside' | 'one_at_a_time';

/** For the reader: what is wrong with a file, in a sentence that names it. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  readonly code: FaultCode;

  constructor(file: string, code: FaultCode, what: string) {
    super(`${shownName(file)}: ${what}`);
    this.code = code;
  }
}

/** A file of the browser, or of a test. */
export interface GivenFile {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Rejects with a `FileFault` when the file cannot be read any more. */
export async function bytesOf(file: GivenFile, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FileFault(
      file.name,
      'unreadable',
      `the browser could not read it (${why}). Was it changed or deleted?`,
    );
  }
}

/** Whether a file may be a key log. One that is empty is a log that nobody has written to, as a rule. */
export async function isTextFile(file: GivenFile): Promise<boolean> {
  return file.size === 0 || looksLikeText(await bytesOf(file, 0, LOOKED_AT));
}

export interface GivenKeyLog {
  readonly name: string;
  readonly lines: readonly string[];
  /** Lines that are not used, by their numbers. */
  readonly warnings: readonly string[];
}

/** Its lines as events, of any time. */
export function secretsOf({ lines }: GivenKeyLog): TapEvent[] {
  return lines.map((line) => ({ kind: 'secret', time: 0, line }));
}

/** Captures begin with bytes that no text has. */
function looksLikeText(start: Uint8Array): boolean {
  return isText(bodyOf(start)) || encodingOf(start) !== 'utf-8';
}

/** Throws `FileFault` when a file of this size is not read. */
export function checkSize(name: string, size: number, kind: 'capture' | 'key log'): void {
  const cap = kind === 'capture' ? LIMITS.pageCapture : LIMITS.pageKeyLog;
  if (size === 0) throw new FileFault(name, 'empty', 'the file is empty.');
  if (size <= cap) return;
  const has = `${(size / MIB).toFixed(1)} MiB`;
  const instead = kind === 'capture' ? ' npx wireglass inspect reads files of any size.' : '';
  throw new FileFault(
    name,
    'too_large',
    `a ${kind} of ${has} is too large for a page, which reads up to ${cap / MIB} MiB.${instead}`,
  );
}

/** Reads a key log. Throws `FileFault` when not a single line is one of a key log. */
export function keyLogOf(name: string, bytes: Uint8Array): GivenKeyLog {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) {
    throw new FileFault(
      name,
      'private_key',
      'this is a private key, and this page reads only key logs. npx wireglass inspect --keys reads both.',
    );
  }
  const log = readKeyLog(text, 0);
  if (log.events.length === 0) throw new FileFault(name, 'empty', 'this key log has no lines yet.');
  if (log.oddCount === log.events.length) {
    throw new FileFault(
      name,
      'not_a_capture',
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
