/** A verdict as text: every state is a word, so that it needs neither colour nor symbols. */
import pc from 'picocolors';
import type { HexDiff } from '#judge/hex-diff';
import type { CheckResult, Verdict } from '#judge/verdict';
import { counted, printable } from '#protocol/shown';

export interface TextOptions {
  /** Where the page is, without a slash at its end. */
  readonly page: string;
  /** Path of the learner's file as it is to be shown, by its name in the verdict. */
  readonly pathOf: (file: string) => string;
  /** Checks that have failed are explained up to this number. */
  readonly explained: number;
}

const STATES = {
  passed: pc.green('passed '),
  failed: pc.red('failed '),
  'not run': pc.yellow('not run'),
} as const;

const INDENT = ' '.repeat(10);

export function verdictText(verdict: Verdict, options: TextOptions): string {
  const { lab, passed, total, notRun, results, printed } = verdict;
  const rest = notRun > 0 ? `, ${notRun} not run` : '';
  const head = `${lab}: ${passed} of ${counted(total, 'check')} passed${rest}`;
  const failed = results.filter(({ state }) => state === 'failed');
  const explained = new Set(failed.slice(0, options.explained));
  const more = failed.length - explained.size;
  return [
    pc.bold(passed === total ? pc.green(head) : head),
    '',
    ...results.flatMap((result) => [
      headLine(result),
      ...(explained.has(result) ? ['', ...findingLines(result, options), ''] : []),
    ]),
    ...(more > 0
      ? [
          '',
          pc.dim(
            `npx wireglass lab check ${lab} --all explains the other ${counted(more, 'failed check')}, too.`,
          ),
        ]
      : []),
    ...(printed === '' ? [] : ['', pc.bold('Your code printed:'), printed]),
  ].join('\n');
}

function headLine({ id, requires, state }: CheckResult): string {
  return `  ${STATES[state]} ${requires} ${pc.dim(`(${id})`)}`;
}

function findingLines({ finding, line, why, look }: CheckResult, { page, pathOf }: TextOptions): string[] {
  if (!finding) return [];
  const { what, expected, got, diff, input } = finding;
  return [
    INDENT + pc.bold(printable(`${sentence(what)}.`)),
    ...(diff ? diffLines(diff) : []),
    ...labelled('expected', expected),
    ...labelled('got', got),
    ...labelled('given', input),
    ...(line ? labelled('at', `${pathOf(line.file)}:${line.number}:${line.column}`) : []),
    ...(line ? [`${INDENT}${' '.repeat(10)}${pc.dim(printable(line.text.trim()))}`] : []),
    ...labelled('why', why),
    ...labelled('look', look && page + look),
  ];
}

/** Begins with a capital letter, unless that would change the name of a function. */
function sentence(what: string): string {
  return /^[a-z]+(?![\w(.])/.test(what) ? `${what.slice(0, 1).toUpperCase()}${what.slice(1)}` : what;
}

function labelled(label: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`${INDENT}${pc.dim(label.padEnd(10))}${printable(text)}`];
}

function diffLines({ offset, field, from, expected, got, expectedLength, gotLength }: HexDiff): string[] {
  const at = from.toString(16).padStart(6, '0');
  const mark = `${' '.repeat(8 + (offset - from) * 3)}^^ byte ${offset}${field === undefined ? '' : `, ${field}`}`;
  return [
    ...labelled('expected', `${at}  ${spaced(expected)}   (${counted(expectedLength, 'byte')})`),
    ...labelled('got', `${at}  ${spaced(got)}   (${counted(gotLength, 'byte')})`),
    `${INDENT}${' '.repeat(10)}${pc.red(mark)}`,
  ];
}

function spaced(hex: string): string {
  return hex.replace(/(..)(?!$)/g, '$1 ');
}
