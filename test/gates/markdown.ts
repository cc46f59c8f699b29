/** Text, tables and code in markdown. */

export type Row = readonly string[];

export function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Notes are text, not markdown. */
export function plain(note: string): string {
  return note.replace(/[*_<>[\]`]/g, '\\$&');
}
