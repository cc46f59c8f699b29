/** A key log in NSS format, as browsers, curl, OpenSSL and our own server write it, with those lines that say nothing. */
import type { TapEvent } from './model.ts';
import { CAPS } from './pcap/caps.ts';
import { parseSecretLine } from './secrets.ts';

export interface KeyLog {
  /** A secret for each line, the odd ones too; comments and blank lines are left out. */
  readonly events: TapEvent[];
  /** Numbers, from 1, of the first lines that are no key-log lines. */
  readonly odd: readonly number[];
  /** How many there are. */
  readonly oddCount: number;
  /** Lines behind the cap, not looked at. */
  readonly left: number;
}

const SHOWN = 5;

/** Lines may end in LF, CRLF or CR. */
export function readKeyLog(text: string, time: number): KeyLog {
  const lines = text.split(/\r\n?|\n/);
  const events: TapEvent[] = [];
  const odd: number[] = [];
  let oddCount = 0;
  let at = 0;
  for (; at < lines.length && events.length < CAPS.keyLogLines; at++) {
    // A byte-order mark is what an editor may have left.
    const line = (lines[at] as string).replace(/^\uFEFF/, '').trim();
    if (line === '' || line.startsWith('#')) continue;
    events.push({ kind: 'secret', time, line });
    if (parseSecretLine(line)) continue;
    if (oddCount++ < SHOWN) odd.push(at + 1);
  }
  return { events, odd, oddCount, left: lines.length - at };
}

/** What a reader of the log should know, in sentences; empty when every line is as it should be. */
export function keyLogWarnings({ odd, oddCount, left }: KeyLog): string[] {
  const which = `${odd.join(', ')}${oddCount > odd.length ? ', …' : ''}`;
  const lines = oddCount === 1 ? '1 line of the key log is' : `${oddCount} lines of the key log are`;
  return [
    ...(oddCount === 0
      ? []
      : [`${lines} not LABEL <random, hex> <secret, hex> (line ${which}) and not used`]),
    ...(left === 0 ? [] : [`the key log has more lines than are read; ${left} were left out`]),
  ];
}
