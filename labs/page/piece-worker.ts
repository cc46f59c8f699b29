/** The worker in which a learner's piece runs inside a page: the counterpart of `runner/child.ts`. */
import { evaluate } from '#judge/evaluate';
import { PieceHost, thrownOf } from '#judge/host';
import type { Answer, Callback, Request, Thrown } from '#judge/values';

export type ToWorker =
  | { readonly kind: 'load'; readonly code: string }
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'called back'; readonly answer: Answer };

export type FromWorker =
  | { readonly kind: 'loaded'; readonly exports: readonly string[] }
  | { readonly kind: 'not loaded'; readonly thrown: Thrown }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'callback'; readonly callback: Callback }
  | { readonly kind: 'trespass'; readonly what: string }
  | { readonly kind: 'printed'; readonly text: string };

/** What a worker has; the types of the DOM would bring in everything else. */
interface WorkerScope {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = globalThis as unknown as WorkerScope;
const tell = scope.postMessage.bind(scope);
const calls = new Map<number, (answer: Answer) => void>();
let host: PieceHost | undefined;
let lastCall = 0;

scope.onmessage = ({ data }) => void take(data);
const print = (...values: unknown[]): void =>
  tell({ kind: 'printed', text: `${values.map(String).join(' ')}\n` });
for (const level of ['log', 'info', 'warn', 'error']) Reflect.set(console, level, print);

async function take(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'load':
      return load(message.code);
    case 'called back':
      calls.get(message.answer.id)?.(message.answer);
      return void calls.delete(message.answer.id);
    case 'request':
      if (host) tell({ kind: 'answer', answer: await host.perform(message.request) });
  }
}

function load(code: string): void {
  try {
    const exports = evaluate(code, compile, imports);
    host = new PieceHost(exports, callBack);
    const functions = Object.entries(exports).filter(([, value]) => typeof value === 'function');
    tell({ kind: 'loaded', exports: functions.map(([name]) => name) });
  } catch (error) {
    tell({ kind: 'not loaded', thrown: thrownOf(error) });
  }
}

/** In the global scope, and under a name that stack traces show. */
function compile(text: string, name: string): unknown {
  return (0, eval)(`${text}\n//# sourceURL=${name}`);
}

function imports(name: string): never {
  const what = `the code tried to import ${name}`;
  tell({ kind: 'trespass', what });
  throw new Error(`${what}, which there is not in a page`);
}

async function callBack(...[callback, args]: Parameters<ConstructorParameters<typeof PieceHost>[1]>) {
  const id = ++lastCall;
  const answered = new Promise<Answer>((resolve) => calls.set(id, resolve));
  tell({ kind: 'callback', callback: { id, callback, args } });
  const answer = await answered;
  if ('ok' in answer) return answer.ok;
  throw new Error(answer.thrown.message);
}
