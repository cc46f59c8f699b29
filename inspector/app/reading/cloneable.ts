/** Copies of values that can be handed to another thread. */

/**
 * A deep copy of plain data. Lists and properties that are made when they are looked at are made now, and bytes are copied by
 * themselves: otherwise all the bytes that arrived with them would be copied, too.
 */
export function cloneable<T>(value: T): T {
  if (value instanceof Uint8Array) return value.slice() as T;
  if (Array.isArray(value)) return value.map(cloneable) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cloneable(part)])) as T;
}
