/** Node's worker: events in, what they mean out. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { StreamedEvent } from '#dissect/page-stream';
import { dissectAll } from './dissect.ts';

parentPort?.postMessage({ text: dissectAll(workerData as readonly StreamedEvent[]), isMainThread });
