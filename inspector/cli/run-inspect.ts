/** Reads the file, dissects it, and prints it as the options say. */
import { Dissection } from '#dissect/index';
import { secretWarnings } from '#dissect/secrets/secret-use';
import { printable } from '#protocol/shown';
import { followLines } from './views/follow-view.ts';
import { nativeRecordCiphers } from './ciphers-native.ts';
import { CaptureFile } from './files/capture-file.ts';
import { Carriers } from './views/carriers.ts';
import { addKeyFile, addPskFile } from './files/key-files.ts';
import { Masking } from './masking.ts';
import { print, printJson } from './output/output.ts';
import { Progress, type Watch } from './output/progress.ts';
import { recordObject } from './views/record-object.ts';
import { listLines } from './views/record-text.ts';
import { scheduleLines, scheduleObjects } from './views/schedule-view.ts';
import { type Selection, selectedWithFlows } from './selection.ts';
import { FlowCounts } from './views/flow-counts.ts';
import { statsObjects } from './views/stats-objects.ts';
import { terminalOf } from './output/terminal.ts';
import { treeLines } from './views/tree-view.ts';

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
  /** Files of further secrets; `false` for what an eavesdropper sees, even if the file contains secrets. */
  readonly keys?: readonly string[] | false;
  /** Files of shared keys. */
  readonly pskFile?: readonly string[];
  /** Passwords, tokens and codes in messages are printed as they are. */
  readonly showSecrets?: true;
}

/**
 * Bytes of payload kept, so that a flow can be read again at once when a secret comes late; else the file is read
 * again.
 */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Throws `Error` with a sentence for the user when a file is missing, unreadable or not what it should be. */
export async function inspect(file: string, options: InspectOptions): Promise<void> {
  const { filter } = options;
  // Compiled before anything is read, so that a mistake in the filter is reported at once.
  const matches = filter === undefined ? undefined : await testOf(filter);
  const dissection = await dissectionWith(options);
  const capture = new CaptureFile(dissection);
  const masking = options.showSecrets ? undefined : new Masking();
  const selection = {
    dissection: capture,
    ...(matches && { matches }),
    ...(masking && { mask: masking.mask }),
  };
  try {
    await shown(file, capture, selection, options);
    if (masking?.notice !== undefined) warn(masking.notice);
    // All flows were read, even if only some are shown.
    if (dissection.keys) secretWarnings(dissection.secretUse).forEach(warn);
  } finally {
    capture.close();
  }
}

async function dissectionWith({ keys = [], pskFile = [] }: InspectOptions): Promise<Dissection> {
  const dissection = new Dissection({
    keys: keys !== false,
    ciphers: nativeRecordCiphers,
    streamed: true,
    maxBytes: KEPT_BYTES,
  });
  for (const keyFile of keys || []) await addKeyFile(dissection, keyFile, warn);
  for (const keyFile of pskFile) await addPskFile(dissection, keyFile, warn);
  return dissection;
}

async function shown(
  file: string,
  capture: CaptureFile,
  selection: Selection,
  options: InspectOptions,
): Promise<void> {
  if (options.stats) return inspectInNumbers(file, capture, selection, options);
  await capture.read(file, { warn, watch });
  const before = clearing(capture);
  await (options.json
    ? printJson(objectsFor(selection, options), before)
    : print(linesFor(selection, options), before));
}

/** The filter is loaded on demand, because it brings the table of all fields. */
async function testOf(filter: string): Promise<Selection['matches']> {
  const { filterTest } = await import('./filter-option.ts');
  return filterTest(filter);
}

async function inspectInNumbers(
  file: string,
  capture: CaptureFile,
  selection: Selection,
  { json }: InspectOptions,
): Promise<void> {
  const counts = new FlowCounts(selection);
  const report = await capture.read(file, { warn, watch, found: (flow) => counts.found(flow) });
  const before = clearing(capture);
  if (json) return printJson(statsObjects(selection, report, counts), before);
  const { statsLines } = await import('./views/stats-view.ts');
  await print(statsLines(selection, report, terminalOf(process.stdout), counts), before);
}

function objectsFor(selection: Selection, { keyschedule }: InspectOptions): Iterable<object> {
  return keyschedule ? scheduleObjects(selection) : recordObjects(selection);
}

function linesFor(selection: Selection, options: InspectOptions): Iterable<string> {
  const terminal = terminalOf(process.stdout);
  const { tree, follow, keyschedule, notes = false } = options;
  if (keyschedule) return scheduleLines(selection, { ...terminal, notes });
  if (follow !== undefined) return followLines(selection, follow, terminal);
  if (tree) return treeLines(selection, { ...terminal, notes });
  return listLines(selection, terminal);
}

function* recordObjects(selection: Selection): Generator<object> {
  const carriers = new Carriers(selection.dissection);
  for (const [record, flow] of selectedWithFlows(selection))
    yield recordObject(record, flow, carriers.of(record));
}

function watch(name: string, total: number | undefined): Watch {
  return new Progress(process.stderr, name, total);
}

/** Where output and progress share a terminal, each line of output takes the place of the progress line. */
function clearing(capture: CaptureFile): (() => void) | undefined {
  return process.stdout.isTTY ? () => capture.clearProgress() : undefined;
}

function warn(text: string): void {
  process.stderr.write(`wireglass: ${printable(text)}\n`);
}
