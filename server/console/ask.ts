/** Requests to the operator's API, as the commands send them too; the cookie of the session goes with them. */
import * as v from 'valibot';
import { FAILURE } from '#web/operator/answers';

/** The server refused, or there is no answer (status 0). The message can be shown. */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.code = code;
  }
}

const BASE = '/api/operator/';

/** Sends `body` as JSON, if there is one, and checks the answer. Rejects with `AskError`. */
export async function ask<T extends v.GenericSchema>(
  route: string,
  shape: T,
  body?: unknown,
): Promise<v.InferOutput<T>> {
  const response = await fetch(BASE + route, requestOf(body)).catch((cause: unknown) => {
    throw new AskError(0, 'no_answer', 'The server does not answer.', cause);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && v.is(shape, answer)) return answer;
  if (v.is(FAILURE, answer)) throw new AskError(response.status, answer.code, sentence(answer.message));
  throw new AskError(response.status, 'unknown', `The answer is not understood (status ${response.status}).`);
}

function requestOf(body: unknown): RequestInit {
  if (body === undefined) return {};
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The server's messages begin in lower case and have no full stop. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
