/** What a learner's file may import, in words: the same wherever the file is read. */

/** `allowed`: names of modules; files of the workspace are allowed besides. */
export function refusedImport(name: string, allowed: readonly string[]): string {
  const may =
    allowed.length > 0
      ? `it may import ${allowed.join(', ')} and files of the workspace`
      : 'it may import files of the workspace';
  return `${name} must not be imported in this lab; ${may}`;
}

export function missingFile(path: string): string {
  const name = path.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const hint = /^\d\d-/.test(name) ? `: it is the file of lab ${name}, which must be written first` : '';
  return `${path} is not in your workspace${hint}`;
}
