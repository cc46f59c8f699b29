/**
 * The shape of the output of `--json`. The tables in `docs/reference/inspect.md` are made from these schemas, and a
 * test checks real output against them. Scripts rely on it: fields may be added, but none is removed or changes its
 * meaning.
 */
import * as v from 'valibot';
import type { Field } from '#protocol/field';
import { LAYER_NAMES, WIRE_NAMES } from '#protocol/wires';

const whole = v.pipe(v.number(), v.safeInteger());
const hexDigits = v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/), v.title('hex'));
const said = <const S extends v.GenericSchema>(schema: S, note: string) =>
  v.pipe(schema, v.description(note));

const dir = said(v.picklist(['c2s', 's2c']), 'Client to server, or server to client.');
const flow = said(whole, 'Number of the TCP connection in this file, from 1.');
const state = said(
  v.picklist(['clear', 'opened', 'was-sealed', 'no-key', 'wrong-key', 'malformed']),
  '`clear`: nothing to decrypt. `opened`: decrypted, and its tag verified. `was-sealed`: readable inside something opened, and sealed on the wire; a whole record never is. `no-key`: sealed, and no secret is at hand. `wrong-key`: the secret at hand does not open it. `malformed`: it breaks its protocol.',
);

const endpoint = v.strictObject({ address: v.string(), port: whole });
const client = said(endpoint, 'The client: `address` (IP) and `port` (TCP).');
const server = said(endpoint, 'The server: `address` (IP) and `port` (TCP).');

const fieldSchema: v.GenericSchema<Field> = v.lazy(() => FIELD) as v.GenericSchema<Field>;
const innerSchema: v.GenericSchema<InnerObject> = v.lazy(() => INNER);

export const FIELD = v.strictObject({
  name: said(v.string(), 'What the field is called in its specification; `[0]`, `[1]` in lists.'),
  value: said(
    v.union([v.string(), v.number(), v.boolean(), v.null()]),
    'The value as a person would write it; if `malformed`, the reason.',
  ),
  number: v.optional(said(v.number(), 'The number on the wire, if `value` is its name.')),
  start: said(whole, 'First byte, counted in `raw` of the record or unit that contains the field.'),
  end: said(whole, 'One past the last byte.'),
  note: said(v.string(), 'What it is, why it is there, what it reveals.'),
  source: v.optional(said(v.string(), 'Where it is specified.')),
  malformed: v.optional(said(v.literal(true), 'Set when the bytes do not parse.')),
  secret: v.optional(
    said(v.literal(true), 'Set if anyone who knows the value can use it: a password, a token, a code.'),
  ),
  children: v.optional(said(v.array(fieldSchema), 'Fields inside this one, with the same shape.')),
});

const plainMap = v.optional(
  said(
    v.array(v.strictObject({ plainStart: whole, rawStart: whole, length: whole })),
    'Which bytes of `raw` correspond to which bytes of `plain`, one to one.',
  ),
);

const content = {
  state,
  reason: v.optional(said(v.string(), 'Why the state is what it is, in a sentence.')),
  plain: v.optional(said(hexDigits, 'What it decrypts to; only when `opened`.')),
  plainMap,
  fields: said(v.array(fieldSchema), 'Its fields, as below.'),
  unfinished: v.optional(
    said(
      whole,
      'How many bytes at the end begin a unit that a later record completes; the unit is listed there.',
    ),
  ),
  inner: said(
    v.array(innerSchema),
    'Units inside: frames, handshake messages, records of an inner wire; as below.',
  ),
};

export const INNER = v.strictObject({
  layer: said(v.picklist(['frame', 'record', 'handshake', 'alert']), 'What kind of unit it is.'),
  proto: said(v.picklist(['frame', 'psk', 'tls-handshake', 'tls-alert']), 'Its protocol.'),
  title: said(v.string(), 'Short name of what it is.'),
  start: said(
    v.pipe(v.number(), v.safeInteger()),
    'First byte in `plain` of the record or unit around it, or in its `raw` if that is not sealed. Negative if the unit began in an earlier record.',
  ),
  raw: said(hexDigits, 'The whole unit, reassembled from as many records as it took.'),
  ...content,
});

export const RECORD = v.strictObject({
  flow,
  wire: v.optional(said(v.picklist(WIRE_NAMES), 'Which wire it is, if the file says so.')),
  client,
  server,
  dir,
  index: said(whole, 'Position among the records of the flow, both directions together, from 0.'),
  time: said(v.number(), 'When its last byte passed: milliseconds since 1970, with a fraction.'),
  layer: said(
    v.picklist(['frame', 'record', 'segment']),
    '`record` of a secure channel; `frame` if nothing protects it; `segment` if the protocol is unknown.',
  ),
  proto: said(v.picklist(['frame', ...LAYER_NAMES, 'unknown']), 'The outermost protocol.'),
  title: said(v.string(), 'Short name of what it is: `client_hello`, `say`, `alert: close_notify`.'),
  offset: said(whole, 'Position of its first byte in its direction of the flow.'),
  segments: said(
    v.array(
      v.strictObject({
        index: whole,
        time: v.number(),
        offset: whole,
        length: whole,
        start: whole,
        end: whole,
      }),
    ),
    'The TCP segments that carried it: `index` among those of the flow, `time`, `offset` in the direction, `length`, and the bytes of `raw` that came in it, from `start` to before `end`.',
  ),
  raw: said(hexDigits, 'The bytes that crossed the wire.'),
  ...content,
});

const sizes = v.array(v.strictObject({ from: whole, to: v.nullable(whole), records: whole }));
const kinds = v.array(
  v.strictObject({
    dir: v.picklist(['c2s', 's2c']),
    proto: v.string(),
    type: v.string(),
    state: v.picklist(['clear', 'opened', 'no-key', 'wrong-key', 'malformed']),
    records: whole,
    bytes: whole,
  }),
);

const payload = v.strictObject({
  segmentPackets: whole,
  bytes: whole,
  delivered: whole,
  unread: v.array(v.strictObject({ reason: v.string(), bytes: whole })),
  missing: whole,
});

export const STATS = v.strictObject({
  flow: said(v.nullable(whole), 'Number of the flow; null in the last object, which is about all of them.'),
  client: v.optional(client),
  server: v.optional(server),
  what: v.optional(said(v.string(), 'The wire, or the protocols stacked on the flow.')),
  cipher: v.optional(said(v.string(), 'Version and cipher suite in words.')),
  protection: v.optional(
    said(v.string(), 'The same, or a text that says why it is unknown or that nothing is encrypted.'),
  ),
  state: v.optional(
    said(
      v.picklist(['open', 'half-closed', 'closed', 'reset']),
      'Whether the connection has ended, and how.',
    ),
  ),
  started: v.optional(said(v.number(), 'When it began: milliseconds since 1970.')),
  packets: v.optional(said(whole, 'Packets in the file, whatever they carry; only in the last object.')),
  skipped: v.optional(
    said(
      v.array(v.strictObject({ reason: v.string(), count: whole, blocks: v.optional(v.literal(true)) })),
      'Packets that were not read, by reason, and with `blocks` parts of the file that are not packets; only in the last object.',
    ),
  ),
  payload: v.optional(
    said(
      payload,
      'Bytes that TCP carried in these packets: `bytes` is the number in the file, each `delivered` to a flow or `unread` for a reason; `missing` bytes crossed the wire but are not in the file. `segmentPackets` and those in `skipped` add up to all packets. Only in the last object.',
    ),
  ),
  segments: said(whole, 'TCP segments that brought bytes.'),
  waiting: said(
    whole,
    'Bytes that are in no record: they begin a record that is cut off by the end of the capture.',
  ),
  records: said(whole, 'How many records.'),
  sealed: said(whole, 'How many of them stay closed.'),
  bytes: said(v.strictObject({ c2s: whole, s2c: whole }), 'Bytes of these records on the wire, each way.'),
  duration: said(v.number(), 'Milliseconds from the first to the last thing seen.'),
  plain: said(
    v.nullable(whole),
    'Bytes that the channels carry for the application; null when a record stays closed.',
  ),
  overhead: said(
    v.nullable(v.number()),
    'Bytes on the wire for each byte of `plain`; null if that is unknown or there are none.',
  ),
  kinds: said(kinds, 'Records and bytes by direction, protocol, type and state.'),
  sizes: said(sizes, 'Records by their size on the wire, `from` and `to` included.'),
});

export const DERIVATION = v.strictObject({
  flow,
  id: said(v.string(), 'Identifies it among the derivations of its flow: `tls.s2c.handshake.key`.'),
  name: said(v.string(), 'What it is called.'),
  note: said(v.string(), 'What it is for.'),
  source: said(v.string(), 'Where it is specified.'),
  algorithm: said(v.string(), 'How it is computed.'),
  label: v.optional(said(v.string(), 'The label, if the algorithm takes one.')),
  inputs: said(
    v.array(v.strictObject({ name: v.string(), value: hexDigits, from: v.optional(v.string()) })),
    'The inputs: name, value in hex, and origin: the id of another derivation, `wire`, `key log`, `key material` or `earlier session`.',
  ),
  length: said(whole, 'Bytes of the output.'),
  output: said(hexDigits, 'The output.'),
  check: v.optional(
    said(
      v.strictObject({ what: v.string(), fits: v.boolean() }),
      'What it was compared with, and whether it fits.',
    ),
  ),
  command: said(v.string(), 'For a shell with OpenSSL 3 (and python3 for nonces): prints `output`.'),
});

export interface InnerObject {
  readonly layer: 'frame' | 'record' | 'handshake' | 'alert';
  readonly proto: 'frame' | 'psk' | 'tls-handshake' | 'tls-alert';
  readonly title: string;
  readonly start: number;
  readonly raw: string;
  readonly state: v.InferOutput<typeof state>;
  readonly fields: readonly Field[];
  readonly inner: readonly InnerObject[];
}

/** The schemas by the names of their tables in the reference. */
export const SHAPES = {
  record: RECORD,
  inner: INNER,
  field: FIELD,
  stats: STATS,
  derivation: DERIVATION,
} as const;
