/** How a person or a supervisor ends a server that runs in this process. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Some shells and npm pass one Ctrl-C on twice: a signal that comes this soon after the first is the same one. */
const SAME_SIGNAL_MS = 500;

/** Resolves with the first signal to stop; from then on a second one ends the process at once. */
export function stopSignal(): Promise<void> {
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
