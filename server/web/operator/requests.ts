/** The requests of the operator's commands, checked on arrival. */
import * as v from 'valibot';
import { RemoteProtocolError } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import { type ClientMessage, WIRE_NAMES, encodeMessage, parseClientMessage } from '#protocol/messages';

/** Bytes of a request: a password with every character escaped, and some more. */
export const OPERATOR_BODY_LIMIT = 16 * 1024;

/** The chat's requests for moderation. The others are for members, which the operator is not. */
export const OPERATIONS = [
  'mute',
  'unmute',
  'kick',
  'ban',
  'unban',
  'bans',
  'lock',
  'slow',
  'appoint',
  'delete',
  'remove',
  'uninvite',
] as const satisfies readonly ClientMessage['type'][];

const name = v.pipe(v.string(), v.maxLength(256));
const NAME = v.strictObject({ name });
const NAME_AND_PASSWORD = v.strictObject({
  name,
  password: v.pipe(v.string(), v.maxLength(LIMITS.passwordInput)),
});
const OPERATION = v.looseObject({ type: v.picklist(OPERATIONS) });

const WIRE = v.strictObject({ wire: v.picklist(WIRE_NAMES) });
const LINK = v.strictObject({ token: v.pipe(v.string(), v.maxLength(128)) });
const EVERYWHERE = v.strictObject({ everywhere: v.boolean() });
const KEY_ID = v.strictObject({ id: name });
/** Milliseconds that the previous key stays valid. */
const ROTATION = v.strictObject({ validFor: v.pipe(v.number(), v.integer(), v.minValue(0)) });
const NOTED = v.strictObject({
  noted: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i))), v.maxLength(64)),
});
const PAGE_LIMIT = 200;
const whole = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const AUDIT_QUERY = v.strictObject({
  event: v.optional(name),
  subject: v.optional(name),
  /** Only entries with a lower number. */
  before: v.optional(whole),
  limit: v.optional(v.pipe(whole, v.minValue(1), v.maxValue(PAGE_LIMIT)), '50'),
});

/** A request that cannot be carried out as things are now. */
export class NotNowError extends Error {
  override readonly name = 'NotNowError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** A wrong request. The message has the place and what belongs there, but never the value that was sent. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError';
}

export function parseName(body: unknown): string {
  return parse(NAME, body).name;
}

export function parseNameAndPassword(body: unknown): v.InferOutput<typeof NAME_AND_PASSWORD> {
  return parse(NAME_AND_PASSWORD, body);
}

/** The token in a link to the console. */
export function parseLink(body: unknown): string {
  return parse(LINK, body).token;
}

/** Whether all sessions of the console are to end, and not only this one. */
export function parseEverywhere(body: unknown): boolean {
  return parse(EVERYWHERE, body).everywhere;
}

export function parseWire(body: unknown): v.InferOutput<typeof WIRE>['wire'] {
  return parse(WIRE, body).wire;
}

export function parseKeyId(body: unknown): string {
  return parse(KEY_ID, body).id;
}

export function parseRotation(body: unknown): number {
  return parse(ROTATION, body).validFor;
}

export function parseNoted(body: unknown): readonly string[] {
  return parse(NOTED, body).noted;
}

export function parseAuditQuery(query: unknown): v.InferOutput<typeof AUDIT_QUERY> {
  return parse(AUDIT_QUERY, query);
}

/** A message that a client could send, of a type that the operator may use. */
export function parseOperation(body: unknown): ClientMessage {
  const operation = parse(OPERATION, body);
  try {
    return parseClientMessage(encodeMessage(operation as unknown as ClientMessage));
  } catch (error) {
    if (!(error instanceof RemoteProtocolError)) throw error;
    throw new BadRequestError(error.message, { cause: error });
  }
}

function parse<T extends v.GenericSchema>(schema: T, body: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new BadRequestError(`expected ${issue.expected ?? 'less'} in ${v.getDotPath(issue) ?? 'the body'}`);
}
