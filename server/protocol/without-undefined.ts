/** Drops the keys whose value is undefined, which JSON and exact optional properties both want. */
export function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // A plain loop: every message that is heard passes here twice.
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) if (value !== undefined) rest[key] = value;
  return rest as never;
}
