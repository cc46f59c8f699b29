/** Spans of time, sizes and numbers for people. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The two largest units: `3 d 4 h`, `12 min 5 s`. */
export function formatSpan(ms: number): string {
  const steps = [
    ['d', DAY],
    ['h', HOUR],
    ['min', MINUTE],
    ['s', SECOND],
  ] as const;
  const first = steps.findIndex(([, size]) => ms >= size);
  if (first < 0) return '0 s';
  let rest = ms;
  const parts = steps.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  return parts
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => `${count} ${unit}`)
    .join(' ');
}

/** `1.5 MiB`; bytes below a KiB as they are. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const unit = ['KiB', 'MiB', 'GiB', 'TiB'][power - 1] as string;
  return `${(bytes / 1024 ** power).toFixed(1)} ${unit}`;
}

/** `1,234`. A browser takes tens of milliseconds until it can group digits, so small numbers do without. */
export function formatNumber(count: number): string {
  return Number.isInteger(count) && Math.abs(count) < 1_000 ? String(count) : count.toLocaleString('en');
}
