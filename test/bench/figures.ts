/** Figures as the pages of the bench show them. */
import { cpus } from 'node:os';

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function ratio(value: number, base: number): string {
  return base > 0 ? (value / base).toFixed(2) : '–';
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** What the figures were measured on: `Node v20.20.2, 2 cores (Intel Xeon Processor)`, without the signs of trade marks. */
export function machine(models: readonly string[] = cpus().map(({ model }) => model)): string {
  const model = (models[0] ?? '').replace(/\((?:R|TM|C)\)/gi, '').replace(/\s+/g, ' ');
  return `Node ${process.version}, ${models.length} cores (${model.trim() || 'unknown'})`;
}
