/** Files of the server's API, which a plain link cannot fetch: the token goes in a header. */
import { askApi } from '../../ui/ask-api.ts';

export interface Downloaded {
  readonly file: string;
  /** Size in bytes. */
  readonly bytes: number;
}

/**
 * Saves the answer to `path` of the API under the server's name for it, or else `usualName`. Rejects as `askApi` does.
 */
export async function download(path: string, usualName: string, signal?: AbortSignal): Promise<Downloaded> {
  const response = await askApi(path, signal);
  const blob = await response.blob();
  const file = fileName(response.headers.get('content-disposition'), usualName);
  save(blob, file);
  return { file, bytes: blob.size };
}

/** The server's name for the file, reduced to a plain file name. */
function fileName(disposition: string | null, usual: string): string {
  return /filename="([\w.-]{1,100})"/.exec(disposition ?? '')?.[1] ?? usual;
}

/** Saves a file that the page has made. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own hold on the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
