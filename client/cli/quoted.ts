/** `text` as a POSIX shell takes it: in quotes only where it would not be taken as it is. */
export function quoted(text: string): string {
  return /^[\w./:@%+=,\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
