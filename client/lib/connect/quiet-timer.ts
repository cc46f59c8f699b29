/** A timer that keeps no program running by itself, where there are such timers. */
export type Timer = ReturnType<typeof setTimeout>;

export function quietTimer(run: () => void, milliseconds: number): Timer {
  const timer = setTimeout(run, milliseconds);
  const known: unknown = timer;
  if (typeof known === 'object' && known !== null && 'unref' in known) (known as { unref(): void }).unref();
  return timer;
}
