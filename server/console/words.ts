/** Times and rates for the console. */
import { formatBytes } from '#protocol/amounts';

/** `2030-12-31 23:59:59` in the time of this browser. */
export function formatTime(ms: number): string {
  const date = new Date(ms);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${formatClock(ms)}`;
}

export function formatClock(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}

export function formatRate(bytes: number): string {
  return `${formatBytes(Math.round(bytes))}/s`;
}

export function formatMilliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
