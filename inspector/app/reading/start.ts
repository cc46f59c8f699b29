/** Starts a reader in a thread of its own. */
import type { FromReader, ToReader } from './exchange.ts';
import ReaderWorker from './reader-worker.ts?worker';

export interface Reader {
  post(message: ToReader): void;
  close(): void;
}

export interface ReaderEars {
  readonly heard: (message: FromReader) => void;
  /** It has ended by itself, and reads no more. */
  readonly failed: (why: string) => void;
}

export type StartReader = (ears: ReaderEars) => Reader;

export const startReader: StartReader = ({ heard, failed }) => {
  const worker = new ReaderWorker();
  worker.onmessage = ({ data }: MessageEvent<FromReader>) => heard(data);
  worker.onerror = ({ message }) => failed(message);
  worker.onmessageerror = () => failed('a message could not be read');
  return {
    post: (message) => worker.postMessage(message),
    close: () => worker.terminate(),
  };
};
