/** The matrix as a table in Markdown. */
import { FAMILIES, type Verdict } from '#attacks/contract';
import type { Cell } from '#attacks/matrix';

export function* matrixMarkdown(cells: readonly Cell[]): Generator<string> {
  const targets = [...new Set(cells.map(({ target }) => target))];
  for (const [family, title] of Object.entries(FAMILIES)) {
    const attacks = new Set(
      cells.filter(({ attack }) => attack.family === family).map(({ attack }) => attack),
    );
    if (attacks.size === 0) continue;
    yield* [
      `### ${title}`,
      '',
      row(['attack', ...targets.map(({ id }) => id)]),
      row(['---', ...targets.map(() => '---')]),
    ];
    for (const attack of attacks) {
      const verdicts = cells
        .filter((cell) => cell.attack === attack)
        .map(({ outcome }) => (outcome instanceof Error ? 'failed' : outcome.verdict));
      yield row([`${attack.name} (\`${attack.id}\`)`, ...verdictRow(verdicts)]);
    }
    yield '';
  }
}

/** Verdicts as they stand in a table: what succeeds must catch the eye. */
export function verdictRow(verdicts: readonly (Verdict | 'failed')[]): string[] {
  return verdicts.map((verdict) => {
    if (verdict === 'succeeds') return '**succeeds**';
    return verdict === 'not applicable' ? '–' : verdict;
  });
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
