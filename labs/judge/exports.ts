/** What is missing among the functions that a learner's file exports, in a sentence; `undefined` when nothing is. */
export function missingExports(wanted: readonly string[], exports: readonly string[]): string | undefined {
  const missing = wanted.filter((name) => !exports.includes(name));
  if (missing.length === 0) return undefined;
  const has = exports.length > 0 ? exports.join(', ') : 'no function';
  return `the file must export ${missing.map((name) => `the function ${name}`).join(' and ')}; it exports ${has}`;
}
