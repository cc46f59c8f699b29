/**
 * The process in which a learner's piece runs. It holds nothing worth taking: no expected values, no solution. It is
 * bundled into one script, and started with the permissions and in the sandbox of `confinement.ts`.
 */
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { evaluate } from '#judge/evaluate';
import { PieceHost, thrownOf } from '#judge/host';
import type { Answer } from '#judge/values';
import { fence } from './fence.ts';
import { toolsFor } from './tools.ts';
import { type FromPiece, type ToPiece, fromText, toText } from './messages.ts';

type Loading = Extract<ToPiece, { readonly kind: 'load' }>;

const send = process.send?.bind(process) as ((message: unknown) => boolean) | undefined;
const tell = (message: FromPiece): void => void send?.(toText(message));
// The script came in over standard input: the path is set where it is bundled.
const load = createRequire(import.meta.url);
/** Calls of the judge's functions that have not been answered. */
const calls = new Map<number, (answer: Answer) => void>();
let host: PieceHost | undefined;
let memory = Infinity;
let lastCall = 0;

process.on('message', (message: ToPiece) => void take(fromText(message)));
// The judge is gone: nobody waits for this process.
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready' });

async function take(message: ToPiece): Promise<void> {
  if (message.kind === 'load') return loadPiece(message);
  if (message.kind === 'called back') {
    const { answer } = message;
    calls.get(answer.id)?.(answer);
    return void calls.delete(answer.id);
  }
  if (!host) return;
  const answer = await host.perform(message.request);
  if ('thrown' in answer && answer.thrown.code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')
    tell({ kind: 'trespass', what: 'the code tried to import a module whose name is made up while it runs' });
  if (process.memoryUsage.rss() > memory) tell({ kind: 'memory' });
  else tell({ kind: 'answer', answer });
}

function loadPiece({ code, modules, memory: cap }: Loading): void {
  memory = cap;
  const imports = fence({ modules, load, tell: (what) => tell({ kind: 'trespass', what }) });
  try {
    const exports = evaluate(code, compile, imports);
    host = new PieceHost(exports, callBack, toolsFor(exports));
    const functions = Object.entries(exports).filter(([, value]) => typeof value === 'function');
    tell({ kind: 'loaded', exports: functions.map(([name]) => name) });
  } catch (error) {
    tell({ kind: 'not loaded', thrown: thrownOf(error) });
  }
}

function compile(text: string, filename: string): unknown {
  return new Script(text, { filename }).runInThisContext();
}

async function callBack(...[callback, args]: Parameters<ConstructorParameters<typeof PieceHost>[1]>) {
  const id = ++lastCall;
  const answered = new Promise<Answer>((resolve) => calls.set(id, resolve));
  tell({ kind: 'callback', callback: { id, callback, args } });
  const answer = await answered;
  if ('ok' in answer) return answer.ok;
  throw new Error(answer.thrown.message);
}
