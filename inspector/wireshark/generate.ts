/**
 * The Wireshark dissector: `core.lua` behind tables made from the formats themselves. Run as a program
 * (`node --import tsx inspector/wireshark/generate.ts`) this writes `wireglass.lua`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ALERT_DONE } from '#channel/psk/alerts';
import {
  ALERT_LAYOUT,
  CLIENT_FINISHED_LAYOUT,
  CLIENT_HELLO_LAYOUT,
  RECORD_HEADER_LAYOUT,
  RECORD_TYPE,
  type RecordTypeName,
  SERVER_HELLO_LAYOUT,
  TAG_LENGTH,
} from '#channel/psk/records';
import { SUITES } from '#channel/psk/suites';
import { ERRORS, type ErrorCode } from '#wire/errors';
import type { Layout } from '#wire/layout';
import { LIMITS } from '#wire/limits';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '#wire/messages';
import { wiresharkFields } from './fields.ts';
import { type LuaValue, luaLocal } from './lua.ts';

export const DISSECTOR = fileURLToPath(new URL('wireglass.lua', import.meta.url));
const CORE = fileURLToPath(new URL('core.lua', import.meta.url));

/** Ports on which the workbench listens unless it is told otherwise, by what TCP and TLS carry there. */
export const PORTS = {
  tcp: { 5555: 'frame', 5556: 'psk' },
  tls: { 5557: 'frame', 5558: 'psk' },
} as const;

const HEAD = `-- Wireglass in Wireshark: frames, messages and psk records, on TCP and inside TLS.
-- Made by inspector/wireshark/generate.ts from the tables of the project; changes belong there or in core.lua.
-- docs/reference/wireshark.md says how to install it and what it cannot do.
`;

const LAYOUTS: Record<string, Layout> = {
  header: RECORD_HEADER_LAYOUT,
  client_hello: CLIENT_HELLO_LAYOUT,
  server_hello: SERVER_HELLO_LAYOUT,
  client_finished: CLIENT_FINISHED_LAYOUT,
  alert: ALERT_LAYOUT,
};

/** Errors that can be told from the bytes alone. */
const TOLD = [
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
  return `${HEAD}\n${tables().join('\n')}\n\n${readFileSync(CORE, 'utf8')}`;
}

function tables(): string[] {
  const types = Object.keys(RECORD_TYPE) as RecordTypeName[];
  const values: Record<string, LuaValue> = {
    MAX_FRAME: LIMITS.framePayload,
    MAX_HANDSHAKE: LIMITS.handshakeBody,
    MAX_SEALED: LIMITS.recordPlaintext + TAG_LENGTH,
    TAG: TAG_LENGTH,
    PORTS: {
      tcp: new Map(Object.entries(PORTS.tcp).map(([port, kind]) => [Number(port), kind])),
      tls: new Map(Object.entries(PORTS.tls).map(([port, kind]) => [Number(port), kind])),
    },
    PSK_TYPE: Object.fromEntries(types.map((name) => [snakeCase(name), RECORD_TYPE[name]])),
    PSK_NAMES: pskTypes(),
    SUITES: suites(),
    ALERTS: alerts(),
    LAYOUTS: Object.fromEntries(Object.entries(LAYOUTS).map(([name, layout]) => [name, parts(layout)])),
    MESSAGE_TYPES: messageTypes(),
    MEANINGS: Object.fromEntries(TOLD.map((code) => [code, ERRORS[code].meaning])),
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
  }));
}

/** The dissector does not know who is the client, so a type of either side will do. */
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(DISSECTOR, dissector());
