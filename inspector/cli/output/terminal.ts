/** Colours and width of standard output, and functions that fit texts to it. */
import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

export interface Terminal {
  readonly colors: Colors;
  /** Columns of the terminal; `undefined` when piped, where nothing is cut. */
  readonly width: number | undefined;
}

/** For a pipe: no colours, and nothing is cut. */
export const PLAIN: Terminal = { colors: pc.createColors(false), width: undefined };

const MIN_WIDTH = 40;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO = /^[\p{Mn}\p{Me}]/u;

export function terminalOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): Terminal {
  // By itself the library would also use colours in a pipe under CI.
  if (stream.isTTY !== true) return PLAIN;
  return {
    colors: pc.createColors(pc.isColorSupported),
    width: Math.max(MIN_WIDTH, stream.columns ?? 80),
  };
}

/** Columns that a text without control characters takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += widthOf(char);
  return columns;
}

/** The text, or as much of its beginning as fits, followed by an ellipsis. */
export function cut(text: string, columns: number | undefined): string {
  if (columns === undefined || columnsOf(text) <= columns) return text;
  let left = columns - 1;
  let end = 0;
  for (const char of text) {
    left -= widthOf(char);
    if (left < 0) return `${text.slice(0, end)}…`;
    end += char.length;
  }
  return text;
}

/** Lines of at most `columns` columns, broken at spaces. */
export function wrap(text: string, columns: number | undefined): string[] {
  if (columns === undefined) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && columnsOf(line) + 1 + columnsOf(word) <= columns) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** `plain` padded with spaces; if the text shown has colours, give it as `shown`. */
export function pad(plain: string, columns: number, shown = plain): string {
  return shown + ' '.repeat(Math.max(0, columns - columnsOf(plain)));
}

/** `0–3`, or `7` for one byte: from the first to the last, both included. */
export function bytesRange(start: number, end: number): string {
  if (end <= start) return `${start}, empty`;
  return end - start === 1 ? String(start) : `${start}–${end - 1}`;
}

function widthOf(char: string): number {
  if (char >= ' ' && char <= '~') return 1;
  if (ZERO.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}
