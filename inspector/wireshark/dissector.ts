/**
 * The Wireshark dissector: tables made from the formats themselves, followed by `core.lua`. It is made when it is
 * needed, and never kept among the sources.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALERT_DONE } from '#channel/psk/alerts';
import {
  ALERT_LAYOUT,
  CLIENT_FINISHED_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  RECORD_HEADER_LAYOUT,
  RECORD_TYPE,
  type RecordTypeName,
  SERVER_HELLO_LAYOUT,
} from '#channel/psk/records';
import { UNKNOWN_BODY } from '#channel/psk/bodies';
import { SEALED_CAP, SEALED_LEAST, SUITES, WEAK_SUITES } from '#channel/psk/suites';
import { ERRORS, type ErrorCode } from '#protocol/errors';
import type { Layout } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '#protocol/messages';
import { type Transport, WIRES, channelsOf, transportOf } from '#protocol/wires';
import { wiresharkFields } from './fields.ts';
import { type LuaValue, luaLocal } from './lua.ts';

export const DISSECTOR_NAME = 'wireglass.lua';
const CORE = join('inspector', 'wireshark', 'core.lua');

/** The default ports of the workbench, by what TCP and TLS carry there. */
export const PORTS = { tcp: portsOn(undefined), tls: portsOn('tls') } as const;

function portsOn(transport: Transport | undefined): Readonly<Record<number, string>> {
  const wires = WIRES.filter((wire) => transportOf(wire) === transport);
  return Object.fromEntries(wires.map((wire) => [wire.port, channelsOf(wire)[0] ?? 'frame']));
}

const HEAD = `-- Wireglass in Wireshark: frames, messages and psk records, on TCP and inside TLS.
-- Made by inspector/wireshark/dissector.ts from the tables of the project and from core.lua: make changes there.
-- docs/reference/wireshark.md says how to install it and what it cannot do.
`;

const LAYOUTS: Record<string, Layout> = {
  header: RECORD_HEADER_LAYOUT,
  client_hello: CLIENT_HELLO_LAYOUT,
  server_hello: SERVER_HELLO_LAYOUT,
  client_finished: CLIENT_FINISHED_LAYOUT,
  alert: ALERT_LAYOUT,
};

/** Errors that can be recognised from the bytes alone. */
const RECOGNISED = [
  'frame_empty',
  'frame_too_large',
  'bad_utf8',
  'bad_json',
  'bad_message',
  'unknown_type',
  'not_psk',
  'record_too_large',
  'record_malformed',
] as const satisfies readonly ErrorCode[];

/** The whole text of the dissector. */
export function dissector(): string {
  return `${HEAD}\n${tables().join('\n')}\n\n${readFileSync(join(projectFolder(), CORE), 'utf8')}`;
}

/**
 * Path of a file with the dissector among what is built. The file is written now if it is missing or out of date; rejects
 * with an `Error` if that is not possible.
 */
export async function dissectorFile(): Promise<string> {
  const [folder, text] = [join(projectFolder(), 'dist'), dissector()];
  const path = join(folder, DISSECTOR_NAME);
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return path;
  try {
    await mkdir(folder, { recursive: true });
    // Another process may be reading the file, or writing it at the same moment.
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (cause) {
    throw new Error(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
  return path;
}

/** The folder above this code that has `core.lua` in its place: the code may run from the sources or from `dist`. */
function projectFolder(folder = dirname(fileURLToPath(import.meta.url))): string {
  if (existsSync(join(folder, CORE))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`this installation lacks ${CORE}`);
  return projectFolder(parent);
}

function tables(): string[] {
  const types = Object.keys(RECORD_TYPE) as RecordTypeName[];
  const values: Record<string, LuaValue> = {
    MAX_FRAME: LIMITS.framePayload,
    MAX_HANDSHAKE: LIMITS.handshakeBody,
    SEALED_CAP,
    SEALED_LEAST,
    PORTS: {
      tcp: new Map(Object.entries(PORTS.tcp).map(([port, kind]) => [Number(port), kind])),
      tls: new Map(Object.entries(PORTS.tls).map(([port, kind]) => [Number(port), kind])),
    },
    PSK_TYPE: Object.fromEntries(types.map((name) => [snakeCase(name), RECORD_TYPE[name]])),
    PSK_NAMES: pskTypes(),
    SUITES: suites(),
    WEAK: new Map(WEAK_SUITES.map(({ id, name, weak = '' }) => [id, `${name} is a weak suite: ${weak}`])),
    BODIES: new Map(SUITES.map(({ id, body }) => [id, parts(body)])),
    UNKNOWN_BODY: parts(UNKNOWN_BODY),
    ALERTS: alerts(),
    LAYOUTS: Object.fromEntries(Object.entries(LAYOUTS).map(([name, layout]) => [name, parts(layout)])),
    MESSAGE_TYPES: messageTypes(),
    MEANINGS: Object.fromEntries(RECOGNISED.map((code) => [code, ERRORS[code].meaning])),
    FIELDS: fieldRows(),
  };
  return Object.entries(values).map(([name, value]) => luaLocal(name, value));
}

function pskTypes(): Map<number, string> {
  return new Map(Object.entries(RECORD_TYPE).map(([name, type]) => [type, snakeCase(name)]));
}

function suites(): Map<number, string> {
  return new Map(SUITES.map(({ id, name }) => [id, name]));
}

function alerts(): Map<number, string> {
  const coded = Object.entries(ERRORS).flatMap(([code, row]) =>
    'alert' in row ? [[row.alert as number, code] as const] : [],
  );
  return new Map([[ALERT_DONE, 'done'], ...coded]);
}

function parts(layout: Layout): LuaValue[] {
  return layout.map((part) => ({
    name: part.name,
    ...('size' in part ? { size: part.size } : {}),
    ...('length' in part ? { length: part.length } : {}),
    ...(part.kind === 'uint' ? { uint: true } : {}),
    ...(part.kind === 'rest' ? { rest: true } : {}),
  }));
}

/** The dissector does not know which end is the client, so it accepts the types of both sides. */
function messageTypes(): Record<string, true> {
  const names = [...Object.keys(CLIENT_MESSAGES), ...Object.keys(SERVER_MESSAGES)];
  return Object.fromEntries(names.map((name) => [name, true]));
}

function fieldRows(): LuaValue[] {
  const named: Readonly<Record<string, Map<number, string>>> = {
    'psk.type': pskTypes(),
    'psk.suite': suites(),
    'psk.code': alerts(),
  };
  return wiresharkFields().map(({ path, kind, title, note }) => {
    const values = named[path];
    return { path, kind, title, ...(values ? { values } : {}), note };
  });
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
