/** Fields as tests look at them: by path, as a filter would name them. */
import type { Field } from '#protocol/field';

export interface PathField {
  /** Names down the tree, members of arrays left out: `tls.handshake.extensions.server_name.name`. */
  readonly path: string;
  readonly field: Field;
  readonly parent: Field | undefined;
}

/** All fields, depth first. */
export function pathFields(fields: readonly Field[], prefix: string, parent?: Field): PathField[] {
  return fields.flatMap((field) => {
    const path = /^\[\d+\]$/.test(field.name) ? prefix : `${prefix}.${field.name}`;
    return [{ path, field, parent }, ...pathFields(field.children ?? [], path, field)];
  });
}

/** Values of all fields at `path` (names with dots between them). */
export function valuesAt(fields: readonly Field[], path: string): Field['value'][] {
  return pathFields(fields, '')
    .filter((found) => found.path === `.${path}`)
    .map(({ field }) => field.value);
}

export function valueAt(fields: readonly Field[], path: string): Field['value'] | undefined {
  return valuesAt(fields, path)[0];
}

/** Fields that do not lie within their parent, or within `length` bytes. */
export function misplaced(fields: readonly Field[], length: number): string[] {
  return pathFields(fields, '')
    .filter(({ field: { start, end }, parent }) => {
      const around = parent ?? { start: 0, end: length };
      return start < around.start || end > around.end || start > end;
    })
    .map(({ path, field: { start, end } }) => `${path} ${start}-${end}`);
}
