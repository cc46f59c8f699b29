/** What `wireglass attack` does and prints. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import pc from 'picocolors';
import { type Attack, FAMILIES, type Row, type Step, VERDICTS, type Verdict } from '#attacks/contract';
import { ATTACKS } from '#attacks/list';
import { type Cell, asObject, evidenceOf, isAsExpected, runMatrix } from '#attacks/matrix';
import { TARGETS, type Target } from '#attacks/targets';
import { type PlaceName, VERDICT_SIGNS } from '#dissect/page-attacks';
import { checkWords } from '#attacks/words';
import { writePcapng } from '#dissect/capture/write';
import { toHex } from '#protocol/bytes';
import { print, printJson } from '../output/output.ts';
import { matrixMarkdown } from './markdown.ts';

export interface AttackOptions {
  readonly matrix?: boolean;
  readonly on?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly save?: string;
  readonly say?: string;
  readonly forPage?: true;
  readonly atOnce: number;
}

type Fail = (message: string) => never;

/** Bytes of a step that are shown. */
const SHOWN = 48;

const WHOSE = { victim: 'victim', mallory: 'Mallory', server: 'server' } as const satisfies Record<
  PlaceName,
  string
>;
const WHOSE_WIDTH = 8;
const INDENT = ' '.repeat(2 + WHOSE_WIDTH + 1);

const PAINTS = {
  succeeds: pc.red,
  detected: pc.yellow,
  prevented: pc.green,
  'not applicable': pc.dim,
} as const satisfies Record<Verdict, unknown>;

export async function attack(names: readonly string[], options: AttackOptions, fail: Fail): Promise<void> {
  const attacks = options.matrix ? ATTACKS : names.map((name) => byName(name, fail));
  const targets = options.on === undefined ? TARGETS : [targetBy(options.on, fail)];
  if (attacks.length === 0) return print(listed());
  const { atOnce, save, say: words } = options;
  if (words !== undefined) checkSaid(attacks, words, fail);
  const isTelling = !options.json && !options.markdown;
  const onCell = async (cell: Cell): Promise<void> => {
    if (save !== undefined) await saved(cell, save);
    if (options.json) await printJson([asObject(cell)]);
    else if (isTelling && !options.matrix) await print(told(cell, targets.length === 1));
    else if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${cell.attack.id} on ${cell.target.id}`);
  };
  const cells = await runMatrix({ attacks, targets, words, atOnce, onCell });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (options.markdown) await print(matrixMarkdown(cells));
  else if (isTelling && options.matrix) await print(matrixTable(cells));
  const unexpected = cells.filter((cell) => !isAsExpected(cell));
  if (unexpected.length > 0) process.exitCode = 1;
  if (isTelling) await print(unexpected.map(surprise));
}

function byName(name: string, fail: Fail): Attack {
  const found = ATTACKS.find(({ id }) => id === name);
  return found ?? fail(`there is no attack called '${name}'. 'wireglass attack' lists all of them.`);
}

function checkSaid(attacks: readonly Attack[], words: string, fail: Fail): void {
  try {
    for (const each of attacks) checkWords(each, words);
  } catch (error) {
    fail((error as RangeError).message);
  }
}

function targetBy(id: string, fail: Fail): Target {
  const found = TARGETS.find((target) => target.id === id);
  return (
    found ??
    fail(
      `there is nothing called '${id}' to attack. There are: ${TARGETS.map((each) => each.id).join(', ')}.`,
    )
  );
}

function* listed(): Generator<string> {
  const width = Math.max(...ATTACKS.map(({ id }) => id.length));
  for (const [family, title] of Object.entries(FAMILIES)) {
    yield pc.bold(title);
    for (const { id, name } of ATTACKS.filter((each) => each.family === family))
      yield `  ${id.padEnd(width)}  ${name}`;
    yield '';
  }
  yield `They are tried on: ${TARGETS.map(({ id }) => id).join(', ')}.`;
}

function* told(cell: Cell, inFull: boolean): Generator<string> {
  const { attack: played, target, outcome } = cell;
  if (inFull) {
    yield pc.bold(played.name);
    yield played.story;
    if ('steps' in outcome) for (const step of outcome.steps) yield* toldStep(step);
    yield '';
  }
  const verdict = outcome instanceof Error ? 'failed' : outcome.verdict;
  const paint = outcome instanceof Error ? pc.red : PAINTS[outcome.verdict];
  yield `${target.id.padEnd(28)} ${paint(verdict.padEnd(15))} ${evidenceOf(cell)}`;
}

function* toldStep({ place = 'mallory', title, text, bytes, xor, times = 1 }: Step): Generator<string> {
  const often = times === 1 ? '' : pc.dim(` (${times} times)`);
  yield `  ${pc.dim(WHOSE[place].padEnd(WHOSE_WIDTH))} ${title}${text === undefined ? '' : `: ${text}`}${often}`;
  if (xor) yield* toldXor(xor);
  else if (bytes) yield `${INDENT}${pc.dim(hexOf(bytes))}`;
}

function* toldXor(rows: readonly Row[]): Generator<string> {
  const width = Math.max(...rows.map(({ label }) => label.length));
  for (const [at, { label, bytes }] of rows.entries()) {
    const sign = at === 0 ? ' ' : at === rows.length - 1 ? '=' : '⊕';
    yield `${INDENT}${sign} ${label.padEnd(width)}  ${pc.dim(hexOf(bytes))}`;
  }
}

function hexOf(bytes: Uint8Array): string {
  return `${toHex(bytes.subarray(0, SHOWN))}${bytes.length > SHOWN ? ` … (${bytes.length} bytes)` : ''}`;
}

function* matrixTable(cells: readonly Cell[]): Generator<string> {
  const targets = [...new Set(cells.map(({ target }) => target))];
  const table = new Table({
    head: ['', ...targets.map((_, at) => String(at + 1))],
    style: { head: [], border: pc.isColorSupported ? ['gray'] : [] },
  });
  for (const { id } of new Set(cells.map((cell) => cell.attack)))
    table.push([id, ...cells.filter((cell) => cell.attack.id === id).map(signOf)]);
  yield table.toString();
  yield targets.map(({ id }, at) => `${at + 1} ${id}`).join('   ');
  yield VERDICTS.map((verdict) => PAINTS[verdict](`${VERDICT_SIGNS[verdict]} ${verdict}`)).join('   ');
}

function signOf({ outcome }: Cell): string {
  if (outcome instanceof Error) return pc.red('?');
  return PAINTS[outcome.verdict](VERDICT_SIGNS[outcome.verdict]);
}

function surprise(cell: Cell): string {
  const { attack: played, target, outcome, expected } = cell;
  const got = outcome instanceof Error ? 'it failed' : outcome.verdict;
  return pc.red(`${played.id} on ${target.id}: expected ${expected}, got ${got}: ${evidenceOf(cell)}`);
}

async function saved({ attack: played, target, outcome }: Cell, folder: string): Promise<void> {
  if (outcome instanceof Error || outcome.verdict === 'not applicable') return;
  await mkdir(folder, { recursive: true });
  const name = `${played.id} ${target.id}`.replaceAll(/[^a-z0-9.]+/g, '-');
  const comment = `${played.name}, on ${target.id}: ${outcome.verdict}`;
  await writeFile(join(folder, `${name}.pcapng`), writePcapng(outcome.events, { comment }));
}
