/** tshark on a student's cable: what passed there, and whether that holds what it must not. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { Captured, type Needle } from './leaks.ts';
import type { Host, Lan } from './lan.ts';

/** What was said and what is kept, by whether the student is to see it. */
export interface Needles {
  /** This must be on the cable, or the search finds nothing at all. */
  readonly expected: readonly Needle[];
  readonly forbidden: readonly Needle[];
}

/** Milliseconds until the last packets are in the file. */
const SETTLE_MS = 1_000;

export class Watch {
  readonly #file: string;
  readonly #tshark: ChildProcessWithoutNullStreams;

  private constructor(file: string, tshark: ChildProcessWithoutNullStreams) {
    this.#file = file;
    this.#tshark = tshark;
  }

  static async start(lan: Lan, host: Host, file: string): Promise<Watch> {
    const tshark = lan.spawn(host, 'tshark', ['-i', host.device, '-w', file, '-B', '32']);
    let said = '';
    for await (const part of tshark.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      said += String(part);
      if (said.includes('Capturing on')) break;
    }
    tshark.stderr.resume();
    // It says so a moment before it does so.
    await pause(SETTLE_MS);
    if (tshark.exitCode !== null) throw new Error(`tshark does not capture: ${said}`);
    return new Watch(file, tshark);
  }

  /** Ends the capture. Rejects when something is there that must not be, or is missing that must be there. */
  async judge({ expected, forbidden }: Needles, more: readonly Needle[]): Promise<string> {
    await pause(SETTLE_MS);
    const gone = once(this.#tshark, 'exit');
    this.#tshark.kill('SIGINT');
    await gone;
    const captured = await Captured.read(this.#file);
    const missing = expected.filter((needle) => captured.formOf(needle) === undefined);
    if (missing.length > 0)
      throw new Error(`not on the cable, though it must be: ${missing.map(({ what }) => what).join(', ')}`);
    const all = [...forbidden, ...more];
    const leaks = captured.found(all);
    if (leaks.length > 0) throw new Error(`LEAK on ada’s cable: ${leaks.join(', ')}`);
    const size = `${captured.bytes} bytes in ${captured.directions} directions of TCP`;
    return `ada’s cable: ${size} hold all of ${expected.length} things that they must, and none of ${all.length} of others`;
  }
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
