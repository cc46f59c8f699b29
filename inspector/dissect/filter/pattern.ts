/**
 * Matches any regular expression in time proportional to pattern times text. All ways to match are followed at once,
 * character by character (Thompson, 1968), so there is no backtracking, not even for `(a+)+$`.
 */
import { type Fits, PatternFault, type PatternNode, isWord, parsePattern } from './pattern-syntax.ts';
import { FILTER_LIMITS } from './syntax.ts';

type Step =
  | { readonly op: 'char'; readonly fits: Fits }
  | { readonly op: 'edge'; readonly edge: 'start' | 'end' | 'word' | 'inside' }
  /** Continues at both. */
  | { readonly op: 'fork'; a: number; b: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'match' };

/** A function that tells whether the pattern occurs anywhere in a text. Throws `PatternFault`. */
export function compilePattern(source: string): (text: string) => boolean {
  if (source.length > FILTER_LIMITS.pattern) {
    throw new PatternFault(
      FILTER_LIMITS.pattern,
      `a pattern has at most ${FILTER_LIMITS.pattern} characters`,
    );
  }
  const steps: Step[] = [];
  write(steps, parsePattern(source));
  add(steps, { op: 'match' });
  const run = new Run(steps);
  return (text) => run.finds(text.slice(0, FILTER_LIMITS.matchedText));
}

function add<S extends Step>(steps: Step[], step: S): S {
  if (steps.length >= FILTER_LIMITS.patternSteps) {
    throw new PatternFault(0, 'this pattern repeats too much: write smaller numbers in {}');
  }
  steps.push(step);
  return step;
}

function write(steps: Step[], node: PatternNode): void {
  switch (node.kind) {
    case 'char':
      return void add(steps, { op: 'char', fits: node.fits });
    case 'edge':
      return void add(steps, { op: 'edge', edge: node.edge });
    case 'sequence':
      return node.parts.forEach((part) => write(steps, part));
    case 'choice':
      return writeChoice(steps, node.parts);
    case 'repeat':
      return writeRepeat(steps, node);
  }
}

function writeChoice(steps: Step[], parts: readonly PatternNode[]): void {
  const [first, ...rest] = parts;
  if (!first) return;
  if (rest.length === 0) return write(steps, first);
  const fork = add(steps, { op: 'fork', a: steps.length + 1, b: 0 });
  write(steps, first);
  const jump = add(steps, { op: 'jump', to: 0 });
  fork.b = steps.length;
  writeChoice(steps, rest);
  jump.to = steps.length;
}

function writeRepeat(steps: Step[], { part, min, max }: Extract<PatternNode, { kind: 'repeat' }>): void {
  const count = (): void => write(steps, part);
  for (let i = 0; i < min; i++) {
    const before = steps.length;
    count();
    // An empty part stays empty, however often it is repeated.
    if (steps.length === before) return;
  }
  if (max === Infinity) {
    const start = steps.length;
    const fork = add(steps, { op: 'fork', a: start + 1, b: 0 });
    count();
    add(steps, { op: 'jump', to: start });
    fork.b = steps.length;
    return;
  }
  const forks: { b: number }[] = [];
  for (let i = min; i < max; i++) {
    forks.push(add(steps, { op: 'fork', a: steps.length + 1, b: 0 }));
    count();
  }
  for (const fork of forks) fork.b = steps.length;
}

class Run {
  readonly #steps: readonly Step[];
  /** The position in the text at which each step was last reached: each is followed once per character. */
  readonly #reached: Int32Array;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#reached = new Int32Array(steps.length);
  }

  finds(text: string): boolean {
    this.#reached.fill(-1);
    let active: number[] = [];
    let before = -1;
    for (let at = 0; ;) {
      const code = text.codePointAt(at) ?? -1;
      const next: number[] = [];
      for (const step of active) if (this.#follow(step, at, before, code, next)) return true;
      // A match may begin here as well.
      if (this.#follow(0, at, before, code, next)) return true;
      if (code === -1) return false;
      active = this.#eaten(next, code);
      before = code;
      at += code > 0xffff ? 2 : 1;
    }
  }

  /** Collects the character steps that can be reached from `start` without consuming a character; true at a match. */
  #follow(start: number, at: number, before: number, code: number, into: number[]): boolean {
    const open = [start];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#reached[index] === at) continue;
      this.#reached[index] = at;
      const step = this.#steps[index] as Step;
      if (step.op === 'match') return true;
      if (step.op === 'char') into.push(index);
      else if (step.op === 'jump') open.push(step.to);
      else if (step.op === 'fork') open.push(step.b, step.a);
      else if (isEdge(step.edge, before, code)) open.push(index + 1);
    }
    return false;
  }

  #eaten(active: readonly number[], code: number): number[] {
    const on: number[] = [];
    for (const index of active) {
      const step = this.#steps[index] as Extract<Step, { op: 'char' }>;
      if (step.fits(code)) on.push(index + 1);
    }
    return on;
  }
}

function isEdge(edge: 'start' | 'end' | 'word' | 'inside', before: number, code: number): boolean {
  if (edge === 'start') return before === -1;
  if (edge === 'end') return code === -1;
  return (isWord(before) !== isWord(code)) === (edge === 'word');
}
