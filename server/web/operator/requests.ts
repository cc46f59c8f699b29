/** The requests of the operator's commands, checked on arrival. */
import * as v from 'valibot';
import { RemoteProtocolError } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import { type ClientMessage, encodeMessage, parseClientMessage } from '#protocol/messages';

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
