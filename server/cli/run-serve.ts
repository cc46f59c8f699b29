/** Runs the workbench in this process until a signal stops it. */
import { createLog } from './log.ts';
import type { WantedPort } from './ports.ts';
import { readyLine, readyTable } from './report.ts';
import { logTraffic } from './traffic.ts';
import { startWorkbench } from './workbench.ts';

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly plain: number;
  readonly psk: number;
  readonly tls: number;
  readonly tlsPsk: number;
  readonly web: number;
  readonly tap: boolean;
  readonly json: boolean;
  readonly logTraffic: boolean;
  readonly log: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** `isNamed` tells whether a person gave that option. Rejects when the workbench cannot start. */
export async function run(options: ServeOptions, isNamed: (option: string) => boolean): Promise<void> {
  if (options.logTraffic && !options.tap)
    throw new Error('--log-traffic shows what the taps record: it cannot go with --no-tap');
  const wanted = (option: keyof ServeOptions): WantedPort => ({
    host: options.host,
    port: options[option] as number,
    named: isNamed(option),
  });
  const stop = stopSignal();
  const workbench = await startWorkbench({
    data: options.data,
    wires: { plain: wanted('plain'), psk: wanted('psk'), tls: wanted('tls'), 'tls+psk': wanted('tlsPsk') },
    web: wanted('web'),
    tap: options.tap,
    log: createLog(options.log),
  });
  const { recorder } = workbench;
  const endTraffic =
    options.logTraffic && recorder ? logTraffic(recorder, (line) => console.log(line)) : undefined;
  console.log(options.json ? readyLine(workbench, options.tap) : readyTable(workbench, options.tap));
  await stop;
  console.error('\nTelling the clients and storing what is under way. Ctrl-C again stops at once.');
  await workbench.close();
  endTraffic?.();
  // Node may wait for ever, after everything has closed, for a request of a TLS socket whose peer left first.
  process.exit(0);
}

/** Some shells and npm pass one Ctrl-C on twice; what comes this soon after the first is the same one. */
const SAME_SIGNAL_MS = 500;

/** Resolves with the first signal to stop; from then on a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (): void => {
      const now = performance.now();
      if (first !== undefined && now - first > SAME_SIGNAL_MS) process.exit(130);
      first ??= now;
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}
