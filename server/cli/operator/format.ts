/** Times, spans and sizes for people. */
import { parseDuration } from '#protocol/durations';

export { formatBytes, formatNumber, formatSpan } from '#protocol/amounts';

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
