/** Requests to the API of the server: the token goes in a header. */
import { heldToken } from './held-token.ts';
import { noteRefusal } from './refusals.ts';

/** Requests `path` of the API. Rejects with a sentence for the person when the server refuses or does not answer. */
export async function askApi(path: string, signal?: AbortSignal): Promise<Response> {
  const token = heldToken();
  const response = await fetch(path, {
    ...(signal && { signal }),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  }).catch((error: unknown) => {
    if (error instanceof TypeError) throw new Error('The server is not answering.', { cause: error });
    throw error;
  });
  if (!response.ok) throw new Error(await reasonOf(response));
  return response;
}

async function reasonOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as
    { code?: unknown; message?: unknown } | undefined;
  noteRefusal(body?.code);
  return typeof body?.message === 'string' ? body.message : `The server answered ${response.status}.`;
}
