/** `?capture=`: a capture that the server of the page serves itself. */
import { LIMITS } from '#protocol/limits';
import { printable } from '#protocol/shown';
import { askApi } from '../../ui/ask-api.ts';
import { notify } from '../../ui/notices.ts';
import type { useCaptures } from './captures.ts';

/** Captures that come with the workbench are called by their names alone. */
const SHELF = '/docs/recordings/';

/** The address of a capture on this server; otherwise, why it is refused. */
export function servedPath(
  named: string,
  origin: string,
): { readonly path: string } | { readonly fault: string } {
  const text = named.trim();
  if (/^[\w-]{1,80}(?:\.pcapng|\.pcap)?$/.test(text))
    return { path: `${SHELF}${text.includes('.') ? text : `${text}.pcapng`}` };
  if (!text.startsWith('/') || !URL.canParse(text, origin))
    return { fault: `${printable(text).slice(0, 80)} is no path on this server, which begins with a slash` };
  const url = new URL(text, origin);
  // Two slashes, or a slash and a backslash, would begin the name of another host.
  if (url.origin !== origin) return { fault: 'a capture is opened from this server only' };
  return { path: `${url.pathname}${url.search}` };
}

/** Opens it in the inspector, or says why not. */
export async function openServed(
  named: string,
  { give, close }: ReturnType<typeof useCaptures>,
): Promise<void> {
  const place = servedPath(named, location.origin);
  if ('fault' in place) return notify({ text: `Not opened: ${place.fault}.`, tone: 'bad' });
  try {
    const blob = await fetched(place.path);
    const name = new URL(place.path, location.origin).pathname.split('/').at(-1) || 'capture';
    close();
    give([new File([blob], name)], { kind: 'capture', name: named });
  } catch (error) {
    notify({
      text: `${printable(named).slice(0, 80)} was not opened. ${(error as Error).message}`,
      tone: 'bad',
    });
  }
}

async function fetched(path: string): Promise<Blob> {
  const response = await askApi(path);
  if (new URL(response.url).origin !== location.origin) throw new Error('It is on another server.');
  if (Number(response.headers.get('content-length')) > LIMITS.pageCapture)
    throw new Error('It is too large for a page.');
  if (response.headers.get('content-type')?.startsWith('text/html'))
    throw new Error('There is no capture at this address.');
  return response.blob();
}
