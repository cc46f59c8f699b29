/**
 * The shape of what `--json` prints. The tables in `docs/reference/inspect.md` are made from these schemas, and a test
 * holds real output against them. Scripts rely on it: fields may come, but none changes its meaning or goes away.
 */
import * as v from 'valibot';
import type { Field } from '#wire/field';

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
    'As a person would write it; where `malformed`, the reason.',
  ),
  number: v.optional(said(v.number(), 'The number on the wire, where `value` is its name.')),
  start: said(whole, 'First byte, counted in `raw` of the record or unit that the field stands in.'),
  end: said(whole, 'One past the last byte.'),
  note: said(v.string(), 'What it is, why it is there, what it betrays.'),
  source: v.optional(said(v.string(), 'Where it is specified.')),
  malformed: v.optional(said(v.literal(true), 'Set when the bytes do not parse.')),
  secret: v.optional(
    said(v.literal(true), 'Set where whoever knows the value can use it: a password, a token, a code.'),
  ),
  children: v.optional(said(v.array(fieldSchema), 'Fields inside this one, of the same shape.')),
});

const plainMap = v.optional(
  said(
    v.array(v.strictObject({ plainStart: whole, rawStart: whole, length: whole })),
    'Which bytes of `raw` carry which of `plain`, one to one.',
  ),
);

const content = {
  state,
  reason: v.optional(said(v.string(), 'Why the state is what it is, in a sentence.')),
  plain: v.optional(said(hexDigits, 'What it decrypts to; only when `opened`.')),
  plainMap,
  fields: said(v.array(fieldSchema), 'Its fields, as below.'),
  unfinished: v.optional(
    said(whole, 'How many of the last bytes begin a unit that a later record completes; it is listed there.'),
  ),
  inner: said(
    v.array(innerSchema),
    'Units inside: frames, handshake messages, records of a wire in the wire; as below.',
  ),
};

export const INNER = v.strictObject({
  layer: said(v.picklist(['frame', 'record', 'handshake', 'alert']), 'What kind of unit it is.'),
  proto: said(v.picklist(['frame', 'psk', 'tls-handshake', 'tls-alert']), 'Its protocol.'),
  title: said(v.string(), 'Short name of what it is.'),
  start: said(
    v.pipe(v.number(), v.safeInteger()),
    'First byte in `plain` of what it stands in, or in `raw` where that is not sealed. Negative when it began in an earlier record.',
  ),
  raw: said(hexDigits, 'The unit whole, put together from as many records as it took.'),
  ...content,
});

export const RECORD = v.strictObject({
  flow,
  wire: v.optional(
    said(v.picklist(['plain', 'psk', 'tls', 'tls+psk']), 'Which wire it is, where the file says so.'),
  ),
  client,
  server,
  dir,
  index: said(whole, 'Position among the records of the flow, both directions together, from 0.'),
  time: said(v.number(), 'When its last byte passed: milliseconds since 1970, with a fraction.'),
  layer: said(
    v.picklist(['frame', 'record', 'segment']),
    '`record` of a secure channel; `frame` where nothing protects it; `segment` where the protocol is not known.',
  ),
  proto: said(v.picklist(['frame', 'psk', 'tls', 'unknown']), 'The outermost protocol.'),
  title: said(v.string(), 'Short name of what it is: `client_hello`, `say`, `alert: close_notify`.'),
  offset: said(whole, 'Place of its first byte in its direction of the flow.'),
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
    said(v.string(), 'The same, or in words why there is none to be told, or that nothing is encrypted.'),
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
      'Packets that gave nothing, by reason, and with `blocks` parts of the file that are no packets; only in the last object.',
    ),
  ),
  payload: v.optional(
    said(
      payload,
      'Bytes that TCP carried in these packets: `bytes` is what the file holds, each of them `delivered` to a flow or `unread` for a reason; `missing` crossed and is not in the file. `segmentPackets` and those in `skipped` are all packets. Only in the last object.',
    ),
  ),
  segments: said(whole, 'TCP segments that brought bytes.'),
  waiting: said(
    whole,
    'Bytes that are in no record: at the end of the capture they begin one that it does not hold to the end.',
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
    'Bytes on the wire for each byte of `plain`; null when that is not known or there is none.',
  ),
  kinds: said(kinds, 'Records and bytes by direction, protocol, type and state.'),
  sizes: said(sizes, 'Records by their bytes on the wire, `from` and `to` included.'),
});

export const DERIVATION = v.strictObject({
  flow,
  id: said(v.string(), 'Names it among the derivations of its flow: `tls.s2c.handshake.key`.'),
  name: said(v.string(), 'What it is called.'),
  note: said(v.string(), 'What it is for.'),
  source: said(v.string(), 'Where it is specified.'),
  algorithm: said(v.string(), 'How it is computed.'),
  label: v.optional(said(v.string(), 'The label that goes in, where the algorithm takes one.')),
  inputs: said(
    v.array(v.strictObject({ name: v.string(), value: hexDigits, from: v.optional(v.string()) })),
    'What goes in: name, value in hex, and where it comes from: the id of another derivation, `wire`, `key log`, `key material` or `earlier session`.',
  ),
  length: said(whole, 'Bytes of the output.'),
  output: said(hexDigits, 'What comes out.'),
  check: v.optional(
    said(
      v.strictObject({ what: v.string(), fits: v.boolean() }),
      'What on the wire it was compared with, and whether it fits.',
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

/** What a table of the reference is made from, by its name there. */
export const SHAPES = {
  record: RECORD,
  inner: INNER,
  field: FIELD,
  stats: STATS,
  derivation: DERIVATION,
} as const;
