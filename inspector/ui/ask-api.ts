/** Requests to the API of the server: the token goes in a header. */
import { heldToken } from './held-token.ts';
import { noteRefusal } from './refusals.ts';

/** Requests `path` of the API. Rejects with a sentence for the person when the server refuses or does not answer. */
export async function askApi(path: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, { ...(signal && { signal }), headers: withToken() }).catch(
    (error: unknown) => {
      if (error instanceof TypeError) throw new Error('The server is not answering.', { cause: error });
      throw error;
    },
  );
  if (!response.ok) throw new Error(await reasonOf(response));
  return response;
}

/** Posts `body` as JSON. Resolves with the answer, whatever it is, or with undefined if the server does not answer. */
export function postApi(
  path: string,
  body: unknown,
  { keepalive = false }: Pick<RequestInit, 'keepalive'> = {},
): Promise<Response | undefined> {
  const headers = { ...withToken(), 'content-type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), keepalive }).catch(
    () => undefined,
  );
}

function withToken(): Record<string, string> {
  const token = heldToken();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function reasonOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as
    { code?: unknown; message?: unknown } | undefined;
  noteRefusal(body?.code);
  return typeof body?.message === 'string' ? body.message : `The server answered ${response.status}.`;
}
