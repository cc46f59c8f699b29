/** Reads the file, dissects it, and prints it in the way that was asked for. */
import type { CaptureReport } from '#dissect/capture-report';
import { Dissection } from '#dissect/index';
import { filterTest } from './filter-option.ts';
import { followLines } from './follow-view.ts';
import { nativeRecordCiphers } from './ciphers-native.ts';
import { Carriers } from './carriers.ts';
import { addKeyFile, addPskFile } from './key-files.ts';
import { load } from './load.ts';
import { print } from './output.ts';
import { recordObject } from './record-object.ts';
import { listLines } from './record-text.ts';
import { scheduleLines, scheduleObjects } from './schedule-view.ts';
import { type Selection, selected } from './selection.ts';
import { statsLines, statsObjects } from './stats-view.ts';
import { terminalOf } from './terminal.ts';
import { treeLines } from './tree-view.ts';

export interface InspectOptions {
  /** Which records are shown. */
  readonly filter?: string;
  readonly json?: true;
  readonly tree?: true;
  readonly keyschedule?: true;
  /** With `tree` or `keyschedule`: explanations too. */
  readonly notes?: true;
  /** Number of the flow whose conversation is shown. */
  readonly follow?: number;
  readonly stats?: true;
  /** Files of further secrets; `false` for what an eavesdropper sees, although the file holds secrets. */
  readonly keys?: readonly string[] | false;
  /** Files of shared keys. */
  readonly pskFile?: readonly string[];
}

/** Throws `Error` with a sentence for the user when a file is missing, unreadable or not what it should be. */
export async function inspect(file: string, options: InspectOptions): Promise<void> {
  const { keys = [], pskFile = [], filter } = options;
  // Before anything is read: who mistyped it shall not wait.
  const matches = filter === undefined ? undefined : filterTest(filter);
  const dissection = new Dissection({ keys: keys !== false, ciphers: nativeRecordCiphers });
  for (const keyFile of keys || []) await addKeyFile(dissection, keyFile, warn);
  for (const keyFile of pskFile) await addPskFile(dissection, keyFile, warn);
  const report = await load(file, dissection, warn);
  await print(linesFor({ dissection, ...(matches && { matches }) }, options, report));
}

function linesFor(selection: Selection, options: InspectOptions, report: CaptureReport): Iterable<string> {
  const terminal = terminalOf(process.stdout);
  const { json, tree, follow, stats, keyschedule, notes = false } = options;
  if (stats) {
    return json ? jsonLines(statsObjects(selection, report)) : statsLines(selection, report, terminal);
  }
  if (keyschedule) {
    return json ? jsonLines(scheduleObjects(selection)) : scheduleLines(selection, { ...terminal, notes });
  }
  if (json) return jsonLines(recordObjects(selection));
  if (follow !== undefined) return followLines(selection, follow, terminal);
  if (tree) return treeLines(selection, { ...terminal, notes });
  return listLines(selection, terminal);
}

function* recordObjects(selection: Selection): Generator<object> {
  const wires = new Map(selection.dissection.flows.map(({ id, wire }) => [id, wire]));
  const carriers = new Carriers(selection.dissection);
  for (const record of selected(selection)) {
    yield recordObject(record, carriers.of(record), wires.get(record.flow));
  }
}

function* jsonLines(objects: Iterable<object>): Generator<string> {
  for (const object of objects) yield JSON.stringify(object);
}

function warn(text: string): void {
  process.stderr.write(`wireglass: ${text}\n`);
}
