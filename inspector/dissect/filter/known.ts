/** Every name that a filter can ask for, with its meaning: for checks, completion and the reference page. */
import type { FieldKind } from '../fields/dictionary.ts';
import { knownFields } from '../fields/known-fields.ts';
import { MESSAGE_PREFIX, UNIT_PREFIX } from '../fields/paths.ts';
import {
  ALERTS,
  ALERT_LEVELS,
  CONTENT_TYPES,
  EXTENSIONS,
  GROUPS,
  HANDSHAKE_TYPES,
  SIGNATURES,
  VERSIONS,
} from '../tls/names.ts';
import type { Kind, KnownName } from './names.ts';
import type { Proto } from '../model.ts';
import { ERRORS } from '#protocol/errors';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '#protocol/messages';
import { LAYER_NAMES, WIRE_NAMES } from '#protocol/wires';
import { SUITES } from '#channel/psk/suites';

const STATES = ['clear', 'opened', 'no-key', 'wrong-key', 'malformed'] as const;
const PROTOS: readonly Proto[] = ['frame', ...LAYER_NAMES, 'unknown'];
const closed = (values: readonly string[]) => ({ values, closed: true }) as const;

/** Names for the record as a whole. */
export const RECORD_TABLE: readonly KnownName[] = [
  {
    path: 'wire',
    kind: 'text',
    note: 'The wire it crossed. Flows of a capture file have none.',
    ...closed(WIRE_NAMES),
  },
  { path: 'dir', kind: 'text', note: 'Client to server, or server to client.', ...closed(['c2s', 's2c']) },
  { path: 'len', kind: 'number', note: 'Bytes it has on the wire.' },
  { path: 'time', kind: 'time', note: 'When its last byte passed the tap.' },
  {
    path: 'elapsed',
    kind: 'number',
    note: 'Milliseconds from the beginning of its connection to its last byte.',
  },
  { path: 'flow', kind: 'number', note: 'Number of its connection.' },
  { path: 'flow.client.address', kind: 'text', note: 'IP address of the client of its connection.' },
  { path: 'flow.client.port', kind: 'number', note: 'TCP port of the client of its connection.' },
  { path: 'flow.server.address', kind: 'text', note: 'IP address of the server of its connection.' },
  { path: 'flow.server.port', kind: 'number', note: 'TCP port of the server of its connection.' },
  { path: 'index', kind: 'number', note: 'Its position among the records of the connection, from 0.' },
  {
    path: 'state',
    kind: 'text',
    note: 'Whether it is readable; also the states of sealed or malformed units inside it.',
    ...closed(STATES),
  },
  { path: 'proto', kind: 'text', note: 'What it is on the wire: its outermost protocol.', ...closed(PROTOS) },
  { path: 'title', kind: 'text', note: 'Its name in the list of records.' },
  {
    path: 'layer',
    kind: 'text',
    note: 'Every protocol in it, from the outside in.',
    ...closed(Object.keys(UNIT_PREFIX)),
  },
  { path: 'raw', kind: 'bytes', note: 'Its bytes as they crossed the wire.' },
  { path: 'plain', kind: 'bytes', note: 'What it decrypts to, on every layer that was opened.' },
];

const UNIT_NOTES: Readonly<Record<string, string>> = {
  [UNIT_PREFIX.frame]: 'A frame of the chat protocol.',
  [MESSAGE_PREFIX]: 'The message in a frame.',
  [UNIT_PREFIX.psk]: 'A record of the psk wire.',
  [UNIT_PREFIX.tls]: 'A record of TLS.',
  [UNIT_PREFIX['tls-handshake']]: 'A handshake message of TLS.',
  [UNIT_PREFIX['tls-alert']]: 'An alert of TLS.',
  [UNIT_PREFIX.unknown]: 'Bytes of an unknown protocol.',
};

const FAULT = 'fault';
const FAULT_NOTE = 'Why the rest of it cannot be read.';

const UNITS = Object.entries(UNIT_NOTES).map(([path, note]) => ({ path, kind: 'group', note }) as const);
/** Every unit may have a fault. */
const FAULTS = UNITS.map(
  ({ path }) => ({ path: `${path}.${FAULT}`, kind: 'text', note: FAULT_NOTE }) as const,
);

const FIELDS = knownFields();
/** Paths with others below them. */
const PARENTS = new Set(FIELDS.map(({ path }) => path.slice(0, path.lastIndexOf('.'))));
const MESSAGES = [...Object.values(CLIENT_MESSAGES), ...Object.values(SERVER_MESSAGES)];
const TYPES = MESSAGES.map(({ entries }) => entries.type.literal);
const FLAGS = new Set(
  MESSAGES.flatMap(({ entries }) =>
    Object.entries(entries).flatMap(([name, { type }]) =>
      type === 'boolean' ? [`${MESSAGE_PREFIX}.${name}`] : [],
    ),
  ),
);

/** The usual values of fields, by the ends of their paths. The first match counts. */
const USUAL: readonly (readonly [end: RegExp, values: readonly string[]])[] = [
  [/^msg\.type$/, [...new Set(TYPES)]],
  [/^msg\.(.*\.)?(via|wire)$/, WIRE_NAMES],
  [/^msg\.(code|reason)$/, Object.keys(ERRORS)],
  [/^psk\.suites?$/, SUITES.map(({ name }) => name)],
  [
    /^psk\.(.*\.)?code$/,
    ['done', ...Object.entries(ERRORS).flatMap(([code, row]) => ('alert' in row ? [code] : []))],
  ],
  [/^tls\.(type|ciphertext\.content_type)$/, Object.values(CONTENT_TYPES)],
  [/^tls\.alert\.level$/, Object.values(ALERT_LEVELS)],
  [/^tls\.alert\.description$/, Object.values(ALERTS)],
  [/^tls\.handshake\.type$/, Object.values(HANDSHAKE_TYPES)],
  [/^tls\..*\.extensions\.\w+\.type$/, Object.values(EXTENSIONS)],
  [/^tls\.(.*[._])?version$/, Object.values(VERSIONS)],
  [/^tls\..*\.group$/, Object.values(GROUPS)],
  [/^tls\..*\.signature$/, Object.values(SIGNATURES)],
];

/** Numbers that count something have no names. */
const COUNTS = /(length|size|sequence|count|lifetime|age)$/;

function kindOf(path: string, kind: FieldKind): Kind {
  if (FLAGS.has(path)) return 'flag';
  const inMessage = path.startsWith(`${MESSAGE_PREFIX}.`);
  // The value of a list of objects only says how many there are.
  if (inMessage && PARENTS.has(path)) return 'group';
  return kind === 'number' && !inMessage && !COUNTS.test(path) ? 'named' : kind;
}

const NOTES: Readonly<Record<string, string>> = { 'msg.type': 'Which message it is.' };

/** All names: those of records first, then those of units, then field by field. */
export const KNOWN_NAMES: readonly KnownName[] = [
  ...RECORD_TABLE,
  ...UNITS,
  ...FIELDS.map(({ path, kind, note, source }): KnownName => {
    const values = USUAL.find(([end]) => end.test(path))?.[1];
    return {
      path,
      kind: kindOf(path, kind),
      note: NOTES[path] ?? note,
      source,
      ...(values ? { values } : {}),
    };
  }),
  ...FAULTS,
];

const BY_PATH = new Map(KNOWN_NAMES.map((name) => [name.path, name]));

/** What is known about a name. Anything that has parts may end in a fault. */
export function knownName(path: string): KnownName | undefined {
  const parent = path.endsWith(`.${FAULT}`) ? path.slice(0, -FAULT.length - 1) : undefined;
  const isFault = parent !== undefined && PARENTS.has(parent);
  return BY_PATH.get(path) ?? (isFault ? { path, kind: 'text', note: FAULT_NOTE } : undefined);
}
