/**
 * Reads a key log in NSS format, as browsers, curl, OpenSSL and our own server write it, and notes the lines
 * that are not valid.
 */
import { formatNumber } from '#protocol/amounts';
import { counted } from '#protocol/shown';
import type { TapEvent } from '../model.ts';
import { CAPS } from '../pcap/caps.ts';
import { parseSecretLine } from '../secrets/key-log-line.ts';

export interface KeyLog {
  /** A secret for each line, including the odd ones; comments and blank lines are left out. */
  readonly events: TapEvent[];
  /** Numbers, from 1, of the first lines that are not key-log lines. */
  readonly odd: readonly number[];
  /** How many such lines there are. */
  readonly oddCount: number;
  /** How many older lines, before the newest ones, were left out. */
  readonly left: number;
}

const SHOWN = 5;

/**
 * Lines may end in LF, CRLF or CR. New lines are written at the end of a log, so where there are too many the
 * last ones are kept.
 */
export function readKeyLog(text: string, time: number): KeyLog {
  const lines = text.split(/\r\n?|\n/).map((line, index) => ({ line: bare(line), number: index + 1 }));
  const said = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const taken = said.slice(-CAPS.keyLogLines);
  const odd = taken.filter(({ line }) => !parseSecretLine(line)).map(({ number }) => number);
  return {
    events: taken.map(({ line }) => ({ kind: 'secret', time, line })),
    odd: odd.slice(0, SHOWN),
    oddCount: odd.length,
    left: said.length - taken.length,
  };
}

/** An editor may have left a byte-order mark. */
function bare(line: string): string {
  return line.replace(/^\uFEFF/, '').trim();
}

/** What a reader of the log should know, in sentences; empty when every line is valid. */
export function keyLogWarnings({ odd, oddCount, left }: KeyLog): string[] {
  const which = `${odd.join(', ')}${oddCount > odd.length ? ', …' : ''}`;
  const lines = `${counted(oddCount, 'line')} of the key log ${oddCount === 1 ? 'is' : 'are'}`;
  return [
    ...(oddCount === 0
      ? []
      : [`${lines} not of the form LABEL <random, hex> <secret, hex> (line ${which}) and not used`]),
    ...(left === 0
      ? []
      : [
          `the key log has more lines than are kept; the ${formatNumber(left)} oldest ${left === 1 ? 'was' : 'were'} left out`,
        ]),
  ];
}
