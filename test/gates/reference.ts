/**
 * The tables of the reference pages, made from the code. `reference.test.ts` compares the pages with them; run as a
 * program (`node --import tsx test/gates/reference.ts`) this writes them into the pages.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { GenericSchema } from 'valibot';
import { FIELD_PAGES, nameLists, nameTable } from './filter-page.ts';
import { INSPECT_SAMPLES, INSPECT_SHAPES } from './inspect-page.ts';
import { openedSuites, sealedSuites } from './suite-rows.ts';
import { limitRows } from './limit-rows.ts';
import { type Row, code, fenced, table } from './markdown.ts';
import { fieldRows } from './schema-rows.ts';
import { KEYS, SETTINGS, type Setting, shownDefault, variableOf } from '../../server/cli/config/settings.ts';
import { WAY_IN, WAY_OUT, wayDiagram, wayList } from './ways.ts';
import { flagOf } from '../../server/cli/serve.ts';
import { HISTOGRAMS, METRICS } from '#web/metrics';
import { ROOT } from './sources.ts';
import {
  ALERT_LAYOUT,
  CLIENT_FINISHED_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  RECORD_HEADER_LAYOUT,
  RECORD_TYPE,
  SERVER_HELLO_LAYOUT,
} from '#channel/psk/records';
import { LABELS } from '#channel/psk/schedule';
import { FAMILIES, type Family } from '#attacks/contract';
import { ATTACKS } from '#attacks/list';
import { expectedVerdict } from '#attacks/expected';
import { verdictRow } from '#inspector-cli/attack/markdown';
import { TARGETS } from '#attacks/targets';
import { SOUND_SUITES, SUITES, type Suite, WEAK_SUITES, sealedCap } from '#channel/psk/suites';
import { SLASH_COMMANDS } from '#client-cli/slash/slash';
import { FILTER_LIMITS, KNOWN_NAMES, RECORD_TABLE } from '#dissect/filter/index';
import { toHex } from '#protocol/bytes';
import { ERRORS } from '#protocol/errors';
import type { Lesson } from '#judge/lesson';
import { LESSONS } from '#labs/lessons';
import { FRAME_LAYOUT } from '#protocol/frame';
import type { Layout, Part } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import { CLIENT_MESSAGES, type ClientMessage, SERVER_MESSAGES, rowOf } from '#protocol/messages';

export const PAGES = [
  'docs/reference/psk-wire.md',
  'docs/reference/protocol.md',
  'docs/reference/protocol-client.md',
  'docs/reference/protocol-server.md',
  'docs/reference/errors.md',
  'docs/reference/limits.md',
  'docs/reference/filter.md',
  'docs/reference/filter-chat.md',
  'docs/reference/filter-psk.md',
  'docs/reference/filter-tls.md',
  'docs/reference/filter-tls-extensions.md',
  'docs/reference/filter-tls-certificates.md',
  'docs/reference/inspect.md',
  'docs/reference/tls-suites.md',
  'docs/reference/terminal.md',
  'docs/reference/configuration.md',
  'docs/reference/operations.md',
  'docs/reference/labs.md',
  'docs/reference/attacks.md',
  'docs/labs/index.md',
  'README.md',
  'CONTRIBUTING.md',
] as const;

/** Each table by the name it has in the pages' markers. */
export const TABLES: Readonly<Record<string, () => string>> = {
  'way-in': () => wayList(WAY_IN),
  'way-out': () => wayList(WAY_OUT),
  'way-in-diagram': () => wayDiagram('socket', WAY_IN),
  'way-out-diagram': () => wayDiagram('tap', WAY_OUT),
  labs: () => table(['lab', 'part', 'goal', 'minutes', 'checks'], LESSONS.map(lessonRow)),
  frame: () => layoutTable(FRAME_LAYOUT),
  'record-header': () => layoutTable(RECORD_HEADER_LAYOUT),
  'client-hello': () => layoutTable(CLIENT_HELLO_LAYOUT),
  'server-hello': () => layoutTable(SERVER_HELLO_LAYOUT),
  'client-finished': () => layoutTable(CLIENT_FINISHED_LAYOUT),
  alert: () => layoutTable(ALERT_LAYOUT),
  ...Object.fromEntries(SUITES.map(({ name, body }) => [`body-${name}`, () => layoutTable(body)])),
  'record-types': () =>
    table(
      ['type', 'record', 'from', 'sealed'],
      Object.entries(RECORD_TYPE).map(([name, type]) => [
        hex(type),
        words(name),
        ...TRAITS[name as keyof typeof RECORD_TYPE],
      ]),
    ),
  ...Object.fromEntries(
    Object.keys(FAMILIES).map((family) => [`attacks-${family}`, () => attackTable(family as Family)]),
  ),
  suites: () => suiteTable(SOUND_SUITES),
  'weak-suites': () => suiteTable(WEAK_SUITES),
  promises: () =>
    table(
      ['suite', 'what it gives', 'what is wrong with it'],
      SUITES.map(({ name, promise, weak = '' }) => [code(name), promise, weak]),
    ),
  'suites-opened': () => table(['number', 'suite', 'opened'], openedSuites()),
  'suites-sealed': () => table(['number', 'suite', 'named by'], sealedSuites()),
  labels: () =>
    table(
      ['value', 'label', 'L'],
      Object.entries(LABELS).map(([name, label]) => [words(name), code(label), labelLength(name)]),
    ),
  alerts: () => table(['byte', 'code', 'meaning'], [['0x00', 'done', 'an orderly end'], ...alertRows()]),
  errors: () => table(['code', 'fatal', 'meaning', 'alert'], errorRows()),
  limits: () => table(['limit', 'value', 'what it caps'], limitRows(LIMITS, 'server/protocol/limits.ts')),
  'client-messages': () => messageTables(CLIENT_MESSAGES, answersTo),
  'server-messages': () => messageTables(SERVER_MESSAGES),
  'slash-commands': () =>
    table(
      ['command', 'what it does'],
      SLASH_COMMANDS.map(({ usage, help }) => [code(usage), help]),
    ),
  settings: () => table(['setting', 'default', 'what it is', 'what it takes'], KEYS.map(settingRow)),
  'setting-names': () =>
    table(
      ['setting', 'in the environment', 'flag of `serve`'],
      KEYS.map((key) => [
        code(key),
        code(variableOf(key)),
        flagOf(key) === undefined ? '' : code(flagOf(key) ?? ''),
      ]),
    ),
  metrics: () =>
    table(
      ['metric', 'kind', 'label', 'what it is'],
      [
        ...METRICS.map(({ name, kind, label, help }) => [
          code(name),
          kind,
          label === undefined ? '' : code(label),
          help,
        ]),
        ...HISTOGRAMS.map(({ name, help }) => [code(name), 'histogram', '', help]),
      ],
    ),
  'filter-record-names': () => nameTable(RECORD_TABLE),
  ...Object.fromEntries(
    Object.keys(FIELD_PAGES).map((page) => [
      page,
      () =>
        nameLists(
          page,
          KNOWN_NAMES.filter((name) => !RECORD_TABLE.includes(name)),
        ),
    ]),
  ),
  'filter-limits': () =>
    table(['limit', 'value', 'what it caps'], limitRows(FILTER_LIMITS, 'inspector/dissect/filter/syntax.ts')),
  ...Object.fromEntries(Object.entries(INSPECT_SAMPLES).map(([name, make]) => [name, () => fenced(make())])),
  ...Object.fromEntries(
    Object.entries(INSPECT_SHAPES).map(([name, rows]) => [
      name,
      () => table(['field', 'value', 'always there', 'what it is'], rows),
    ]),
  ),
};

const TRAITS: Record<keyof typeof RECORD_TYPE, readonly [from: string, sealed: string]> = {
  clientHello: ['client', 'no'],
  serverHello: ['server', 'no'],
  clientFinished: ['client', 'no'],
  alert: ['either', 'once the sender holds its keys'],
  data: ['either', 'always'],
};

function lessonRow({ name, part, goal, minutes, checks }: Lesson): Row {
  const text = `[${name}](../../labs/${name}/README.md)`;
  return [text, part, goal, String(minutes), String(checks.length)];
}

/** A page with its tables generated again, formatted like every other file. Throws on a marker that no table has. */
export async function regenerate(page: string, text: string): Promise<string> {
  const filled = text.replace(
    /(<!-- table: ([\w-]+) -->).*?(<!-- end -->)/gs,
    (_, open: string, name: string, end: string) => {
      const make = TABLES[name];
      if (!make) throw new Error(`${page} asks for a table ${name}`);
      return `${open}\n\n${make()}\n\n${end}`;
    },
  );
  const options = await resolveConfig(join(ROOT, page));
  return format(filled, { ...options, parser: 'markdown' });
}

/** Names of the tables a page shows. */
export function tablesIn(text: string): string[] {
  return [...text.matchAll(/<!-- table: ([\w-]+) -->/g)].map(([, name]) => name as string);
}

function attackTable(family: Family): string {
  return table(
    ['attack', ...TARGETS.map(({ id }) => id)],
    ATTACKS.filter((attack) => attack.family === family).map(({ id, name }) => [
      `${name} (${code(id)})`,
      ...verdictRow(TARGETS.map((target) => expectedVerdict(id, target))),
    ]),
  );
}

function layoutTable(layout: Layout): string {
  let at: number | undefined = 0;
  const rows = layout.map((part) => {
    const offset = at === undefined ? '' : String(at);
    at = at === undefined || !('size' in part) ? undefined : at + part.size;
    return [offset, sizeOf(part), code(part.name), part.note];
  });
  return table(['offset', 'bytes', 'field', 'what it is'], rows);
}

function sizeOf(part: Part): string {
  if ('size' in part) return String(part.size);
  return part.kind === 'sized' ? code(part.length) : 'up to the end';
}

function messageTables(
  messages: Readonly<Record<string, GenericSchema>>,
  more: (name: string) => string = () => '',
): string {
  return Object.entries(messages)
    .map(([name, schema]) => {
      const [type, ...fields] = fieldRows(schema);
      if (!type || type.name !== 'type') throw new Error(`${name} does not begin with its type`);
      const rows = fields.map((field) => [
        code(field.name),
        field.shape,
        field.required ? 'yes' : 'no',
        field.note,
      ]);
      const body =
        rows.length === 0 ? 'No further fields.' : table(['field', 'value', 'required', 'what it is'], rows);
      return [`## ${code(name)}`, `${type.note}${more(name)}`, body].join('\n\n');
    })
    .join('\n\n');
}

/** What a client waits for after this message, as a sentence. */
function answersTo(name: string): string {
  const { answers } = rowOf(name as ClientMessage['type']);
  if (answers.length === 0) return ' The server does not answer it.';
  return ` It is answered by ${answers.map(code).join(' or ')}.`;
}

function settingRow(key: (typeof KEYS)[number]): Row {
  const setting: Setting<unknown> = SETTINGS[key];
  return [code(key), code(shownDefault(setting)), setting.note, setting.expected];
}

function errorRows(): Row[] {
  return Object.entries(ERRORS).map(([name, row]) => [
    code(name),
    row.fatal ? 'yes' : 'no',
    row.meaning,
    'alert' in row ? hex(row.alert) : '',
  ]);
}

function alertRows(): Row[] {
  return Object.entries(ERRORS).flatMap(([name, row]) =>
    'alert' in row ? [[hex(row.alert), code(name), row.meaning]] : [],
  );
}

const KEYS_OF = { session: 'of the session', static: 'static' } as const satisfies Record<
  Suite['keys'],
  string
>;

function suiteTable(suites: readonly Suite[]): string {
  return table(
    ['byte', 'suite', 'standard', 'key', 'iv', 'nonce', 'keys', 'numbered', 'largest body', 'refusal'],
    suites.map((suite) => [
      hex(suite.id),
      code(suite.name),
      suite.source,
      String(suite.keyLength),
      String(suite.ivLength),
      suite.nonce,
      KEYS_OF[suite.keys],
      suite.numbered ? 'yes' : 'no',
      sealedCap(suite).toLocaleString('en'),
      code(suite.refusal),
    ]),
  );
}

function labelLength(name: string): string {
  if (name.endsWith('Key')) return 'key of the suite';
  return name.endsWith('Iv') ? 'iv of the suite' : '32';
}

function hex(byte: number): string {
  return code(`0x${toHex(Uint8Array.of(byte))}`);
}

/** `clientHello` as `client hello`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const page of PAGES) {
    const path = join(ROOT, page);
    writeFileSync(path, await regenerate(page, readFileSync(path, 'utf8')));
  }
}
