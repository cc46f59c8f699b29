/** Every attack against every target: what came of it, and what was expected. */
import { toHex } from '#protocol/bytes';
import type { StepInHex } from '#dissect/page-attacks';
import type { Attack, Finding, Step, Verdict } from './contract.ts';
import { expectedVerdict } from './expected.ts';
import { type Outcome, play } from './play.ts';
import type { Target } from './targets.ts';

export interface Cell {
  readonly attack: Attack;
  readonly target: Target;
  /** An error where the attack itself has failed. */
  readonly outcome: Outcome | Error;
  readonly expected: Verdict;
}

export interface MatrixOptions {
  readonly attacks: readonly Attack[];
  readonly targets: readonly Target[];
  /** In place of those of the attacks. */
  readonly words?: string | undefined;
  /** Cells that are played at once; each has a world of its own. Default 1. */
  readonly atOnce?: number;
  /** Told of each cell as soon as it is known. */
  readonly onCell?: (cell: Cell) => Promise<void> | void;
}

/** All cells, attack by attack. Never rejects because of an attack. */
export async function runMatrix({
  attacks,
  targets,
  words,
  atOnce = 1,
  onCell,
}: MatrixOptions): Promise<Cell[]> {
  const places = attacks.flatMap((attack) => targets.map((target) => ({ attack, target })));
  const cells: Cell[] = [];
  const open = places.entries();
  const worker = async (): Promise<void> => {
    for (const [at, place] of open) {
      const outcome = await play(place.attack, place.target, { words }).catch(
        (error: unknown) => error as Error,
      );
      const cell = { ...place, outcome, expected: expectedVerdict(place.attack.id, place.target) };
      cells[at] = cell;
      await onCell?.(cell);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return cells;
}

export function isAsExpected({ outcome, expected }: Cell): boolean {
  return !(outcome instanceof Error) && outcome.verdict === expected;
}

/** The evidence in a sentence. */
export function evidenceOf({ outcome }: Pick<Cell, 'outcome'>): string {
  if (outcome instanceof Error) return outcome.message;
  return outcome.verdict === 'not applicable' ? outcome.why : sentenceOf(outcome.finding);
}

function sentenceOf(finding: Finding): string {
  switch (finding.kind) {
    case 'gained':
      return `${finding.what}: ${finding.got}`;
    case 'noticed':
      return `${finding.by} ends the connection: ${finding.code}`;
    case 'nothing':
      return finding.state;
  }
}

/** A cell for programs; bytes in hex. */
export function asObject(cell: Cell): object {
  const { attack, target, outcome, expected } = cell;
  const steps = 'steps' in outcome ? outcome.steps : [];
  return {
    attack: attack.id,
    target: target.id,
    verdict: outcome instanceof Error ? 'failed' : outcome.verdict,
    expected,
    evidence: evidenceOf(cell),
    steps: steps.map(inHex),
  };
}

/** A step for programs; bytes in hex. */
export function inHex({ bytes, xor, place = 'mallory', ...step }: Step): StepInHex {
  return {
    place,
    ...step,
    ...(bytes && { bytes: toHex(bytes) }),
    ...(xor && { xor: xor.map((row) => ({ label: row.label, bytes: toHex(row.bytes) })) }),
  };
}
