/** The browser's worker: events in, what they mean out. */
import type { StreamedEvent } from '#dissect/page-stream';
import { dissectAll } from './dissect.ts';

/** The part of a worker's global object that is used here. */
interface WorkerScope {
  onmessage: (message: { readonly data: readonly StreamedEvent[] }) => void;
  postMessage(answer: { readonly text: string; readonly hasDocument: boolean }): void;
}

const scope = globalThis as unknown as WorkerScope;
scope.onmessage = ({ data }) =>
  scope.postMessage({ text: dissectAll(data), hasDocument: 'document' in globalThis });
