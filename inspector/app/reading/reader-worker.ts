/** The reader's worker. */
import { Desk } from './desk.ts';
import type { FromReader, ToReader } from './exchange.ts';
import { buffersOf } from './rows.ts';

/** The part of a worker's global object that is used here. */
interface WorkerScope {
  onmessage: (event: { readonly data: ToReader }) => void;
  postMessage(message: FromReader, handedOver: ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const desk = new Desk((message) => scope.postMessage(message, handedOver(message)));
scope.onmessage = ({ data }) => desk.take(data);

function handedOver(message: FromReader): ArrayBuffer[] {
  if (message.type === 'exported') return message.file ? [message.file.buffer] : [];
  if (message.type !== 'progressed' || !message.list?.rows) return [];
  return buffersOf(message.list.rows.columns);
}
