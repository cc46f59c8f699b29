/** Downloads what the taps hold, now or some seconds from now. */
import { onScopeDispose, shallowRef } from 'vue';
import { download } from './download.ts';

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
      const path = `/api/capture?seconds=${seconds}&keys=${keys}`;
      const { file, bytes } = await download(path, 'wireglass.pcapng', abort.signal);
      state.value = { state: 'done', file, bytes };
    } catch (error) {
      if ((error as Error).name === 'AbortError') return;
      state.value = { state: 'failed', message: (error as Error).message };
    }
  }

  function cancel(): void {
    abort?.abort();
    state.value = { state: 'idle' };
  }
  onScopeDispose(() => abort?.abort());
  return { state, take, cancel };
}
