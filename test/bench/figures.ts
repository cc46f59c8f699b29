/** Figures as the pages of the bench show them. */

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
