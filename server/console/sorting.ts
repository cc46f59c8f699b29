/** The order of a table: by one of its columns. */
export interface Sorting<T> {
  readonly key: keyof T & string;
  readonly descending: boolean;
}

export function sortedBy<T extends object>(rows: readonly T[], { key, descending }: Sorting<T>): T[] {
  const turn = descending ? -1 : 1;
  return rows.toSorted((a, b) => turn * compared(a[key], b[key]));
}

function compared(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}
