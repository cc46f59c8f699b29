/** The worker in which a learner's piece runs inside a page: the counterpart of `runner/child.ts`. */
import type { FromPiece, ToPiece } from '#judge/messages';
import { PieceSide } from '#judge/piece-side';
import { confine } from './confine.ts';
import { Buffer } from './node/buffer.ts';
import { nodeCrypto } from './node/crypto.ts';

export type ToWorker =
  | { readonly kind: 'load'; readonly code: string }
  /** The judge is not the one who started the worker: it is at the other end of this port. */
  | { readonly kind: 'judge at'; readonly port: WorkerScope }
  | ToPiece;
export type FromWorker = { readonly kind: 'printed'; readonly text: string } | FromPiece;

/** What a worker has; the types of the DOM would bring in everything else. */
interface WorkerScope {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = globalThis as unknown as WorkerScope;
let judge = scope;
const tell = (message: FromWorker): void => judge.postMessage(message);
const side = new PieceSide(tell);

confine(globalThis);
// Node has it without an import.
Reflect.set(globalThis, 'Buffer', Buffer);
scope.onmessage = ({ data }) => void take(data);
const print = (...values: unknown[]): void =>
  tell({ kind: 'printed', text: `${values.map(String).join(' ')}\n` });
for (const level of ['log', 'info', 'warn', 'error']) Reflect.set(console, level, print);

// From now on, time counts: until here, the script was on its way.
tell({ kind: 'working' });

async function take(message: ToWorker): Promise<void> {
  if (message.kind === 'judge at') return turnTo(message.port);
  if (message.kind === 'load') return side.load({ code: message.code, compile, imports });
  const answer = await side.hear(message);
  if (answer) tell({ kind: 'answer', answer });
}

function turnTo(port: WorkerScope): void {
  judge = port;
  port.onmessage = scope.onmessage;
  tell({ kind: 'working' });
}

/** In the global scope, and under a name that stack traces show. */
function compile(text: string, name: string): unknown {
  return (0, eval)(`${text}\n//# sourceURL=${name}`);
}

/** What a page has in place of Node's modules. */
const MODULES: Readonly<Record<string, unknown>> = {
  'node:crypto': nodeCrypto,
  'node:buffer': { Buffer },
};

function imports(name: string): unknown {
  if (Object.hasOwn(MODULES, name)) return MODULES[name];
  const what = `the code tried to import ${name}`;
  tell({ kind: 'trespass', what });
  throw new Error(`${what}, which there is not in a page`);
}
