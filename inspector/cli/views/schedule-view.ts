/** `--keyschedule`: how the keys of each flow are derived, step by step, with a command that computes each again. */
import type { FlowSummary } from '#dissect/model';
import type { Derivation, DerivationInput } from '#dissect/key-schedule/derivation';
import { flowLine } from './record-text.ts';
import { type Selection, flowsOf, nothingIn } from '../selection.ts';
import { counted, printable } from '#protocol/shown';
import { isLayer } from '#protocol/wires';
import { type Colors, type Terminal, columnsOf, cut, pad, wrap } from '../output/terminal.ts';

interface Style extends Terminal {
  readonly notes: boolean;
}

const INDENT = '    ';
const MIN_ROOM = 20;
const MAX_HEAD = 24;

/** One object per derivation, with its flow. Flows without a selected record are left out. */
export function* scheduleObjects(selection: Selection): Generator<object> {
  for (const { id } of flowsOf(selection)) {
    for (const derivation of selection.dissection.keySchedule(id)) yield { flow: id, ...derivation };
  }
}

export function* scheduleLines(selection: Selection, style: Style): Generator<string> {
  const { dissection } = selection;
  const flows = flowsOf(selection);
  if (flows.length === 0) yield nothingIn(selection);
  for (const [index, flow] of flows.entries()) {
    if (index > 0) yield '';
    yield flowLine(flow, style.colors);
    const derivations = dissection.keySchedule(flow.id);
    if (derivations.length === 0) yield `${INDENT}${style.colors.yellow(whyNone(flow, dissection.keys))}`;
    for (const derivation of derivations) {
      yield '';
      yield* derivationLines(derivation, style);
    }
  }
}

function whyNone({ stack, cipher }: FlowSummary, keys: boolean): string {
  if (!stack.some(isLayer)) return 'nothing protects this flow: there are no keys';
  if (!keys) return 'no secrets are used (--no-keys): nothing can be derived without them';
  return cipher === ''
    ? 'the hellos of this flow were not captured: nothing can be derived without them'
    : 'no secret for this flow is at hand: give a key log with --keys, or a shared key with --psk-file';
}

function* derivationLines(derivation: Derivation, { colors, width, notes }: Style): Generator<string> {
  const { name, note, source, algorithm, label, inputs, length, output, check, command } = derivation;
  yield `  ${checkMark(check, colors)} ${colors.bold(name)}  ${colors.dim(derivation.id)}`;
  const room = width === undefined ? undefined : Math.max(MIN_ROOM, width - INDENT.length);
  if (notes) for (const line of wrap(`${note} (${source})`, room)) yield `${INDENT}${colors.dim(line)}`;
  const rows: [string, string, string?][] = [
    ['by', `${algorithm}${label === undefined ? '' : `, label ${JSON.stringify(label)}`}  ${source}`],
    ...inputs.map(inputRow),
    [`= ${counted(length, 'byte')}`, output],
  ];
  const widest = Math.max(...rows.map(([head]) => columnsOf(head)));
  const columns = room === undefined ? widest : Math.min(widest, MAX_HEAD);
  for (const [index, [head, text, from = '']] of rows.entries()) {
    const shown = cut(head, columns);
    const left = room === undefined ? undefined : Math.max(8, room - columns - 2 - columnsOf(from));
    const value = cut(printable(text), left);
    const result = index === rows.length - 1 ? colors.green(value) : value;
    yield `${INDENT}${pad(shown, columns, colors.cyan(shown))}  ${result}${colors.dim(from)}`;
  }
  if (check) yield `${INDENT}${checkText(check, colors)}`;
  // Never cut, since it is meant to be copied.
  for (const line of command.split('\n')) yield `${INDENT}${colors.dim(`$ ${line}`)}`;
}

function inputRow({ name, value, from }: DerivationInput): [string, string, string] {
  return [name, value === '' ? 'empty' : value, from === undefined ? '' : `  ← ${from}`];
}

function checkMark(check: Derivation['check'], colors: Colors): string {
  if (!check) return ' ';
  return check.fits ? colors.green('✓') : colors.red('✗');
}

function checkText({ what, fits }: NonNullable<Derivation['check']>, colors: Colors): string {
  return fits ? colors.green(`✓ fits ${what}`) : colors.red(`✗ does not fit ${what}`);
}
