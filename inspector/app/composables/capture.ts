/** Downloads what the taps hold, now or some seconds from now. */
import { onScopeDispose, shallowRef } from 'vue';
import { heldToken } from './token.ts';

export type CaptureState =
  | { readonly state: 'idle' }
  | { readonly state: 'waiting'; readonly until: number | undefined }
  | { readonly state: 'done'; readonly file: string; readonly bytes: number }
  | { readonly state: 'failed'; readonly message: string };

export function useCapture() {
  const state = shallowRef<CaptureState>({ state: 'idle' });
  let abort: AbortController | undefined;

  /** Asks for a capture of what is held `seconds` from now, with or without the secrets, as a file. */
  async function take(seconds: number, keys: boolean): Promise<void> {
    abort?.abort();
    abort = new AbortController();
    const until = seconds === 0 ? undefined : Date.now() + seconds * 1000;
    state.value = { state: 'waiting', until };
    try {
      const token = heldToken();
      const response = await fetch(`/api/capture?seconds=${seconds}&keys=${keys}`, {
        signal: abort.signal,
        ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      });
      if (!response.ok) throw new Error(await reasonOf(response));
      const blob = await response.blob();
      const file = fileName(response.headers.get('content-disposition'));
      save(blob, file);
      state.value = { state: 'done', file, bytes: blob.size };
    } catch (error) {
      if ((error as Error).name === 'AbortError') return;
      const isNetwork = error instanceof TypeError;
      state.value = {
        state: 'failed',
        message: isNetwork ? 'The server is not answering.' : (error as Error).message,
      };
    }
  }

  function cancel(): void {
    abort?.abort();
    state.value = { state: 'idle' };
  }
  onScopeDispose(() => abort?.abort());
  return { state, take, cancel };
}

async function reasonOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { message?: unknown } | undefined;
  return typeof body?.message === 'string' ? body.message : `The server answered ${response.status}.`;
}

/** The server's name for the file, kept to a plain name. */
export function fileName(disposition: string | null): string {
  const given = /filename="([\w.-]{1,100})"/.exec(disposition ?? '')?.[1];
  return given ?? 'wireglass.pcapng';
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own hold on the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
