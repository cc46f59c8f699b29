/** Figures for a person to read, and the load of the machine under which they were measured. */
import { availableParallelism, loadavg } from 'node:os';

/** The value below which this share of the values lies; NaN for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

export function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** How busy the machine was in the last minute, with everything on it. */
export function machine(): string {
  return `${availableParallelism()} cores, load ${(loadavg()[0] ?? NaN).toFixed(1)}`;
}
