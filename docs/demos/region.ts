/** Regions of source files: `// #region name` to `// #endregion name`. Pages show code by these alone. */

/** The lines between the marks, without the indentation that they share. Throws `RangeError` when the region is not there exactly once. */
export function regionOf(file: string, name: string): string {
  const lines = file.split(/\r?\n/);
  const starts = at(`// #region ${name}`);
  const ends = at(`// #endregion ${name}`);
  const [start, end] = [starts[0], ends[0]];
  if (starts.length !== 1 || ends.length !== 1 || start === undefined || end === undefined || end <= start)
    throw new RangeError(`the file does not have one region ${name}`);
  const inside = lines.slice(start + 1, end).filter((line) => !/^\s*\/\/ #(end)?region /.test(line));
  const indents = inside.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return inside.map((line) => line.slice(indent)).join('\n');

  function at(mark: string): number[] {
    return lines.flatMap((line, index) => (line.trim() === mark ? [index] : []));
  }
}
