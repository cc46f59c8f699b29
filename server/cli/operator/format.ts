/** Times, spans and sizes for people. */
import { parseDuration } from '#client-cli/durations';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2030-12-31 23:59:59` in local time. */
export function formatTime(ms: number): string {
  const date = new Date(ms);
  const local = new Date(ms - date.getTimezoneOffset() * MINUTE);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

export function formatDate(ms: number): string {
  return formatTime(ms).slice(0, 10);
}

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

export function formatNumber(count: number): string {
  return count.toLocaleString('en');
}

/** Milliseconds of a duration in the terminal client's notation; `undefined` for anything else. */
export function parseSpan(text: string): number | undefined {
  const seconds = parseDuration(text.trim());
  return seconds === undefined ? undefined : seconds * SECOND;
}

/** A moment (milliseconds since 1970): an RFC 3339 date or time, or a span before `now`. */
export function parseMoment(text: string, now: number): number | undefined {
  const span = parseSpan(text);
  if (span !== undefined) return now - span;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
