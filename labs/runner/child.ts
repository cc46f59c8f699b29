/**
 * The process in which a learner's piece runs. It holds nothing worth taking: no expected values, no solution. It is
 * bundled into one script, and started with the permissions and in the sandbox of `confinement.ts`.
 */
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { PieceSide } from '#judge/piece-side';
import type { Answer } from '#judge/values';
import { fence } from './fence.ts';
import { type FromProcess, type ToProcess, fromText, toText } from './messages.ts';
import { toolsFor } from './tools.ts';

type Loading = Extract<ToProcess, { readonly kind: 'load' }>;

const send = process.send?.bind(process) as ((message: unknown) => boolean) | undefined;
const tell = (message: FromProcess): void => void send?.(toText(message));
const trespass = (what: string): void => tell({ kind: 'trespass', what });
// The script came in over standard input: the path is set where it is bundled.
const require = createRequire(import.meta.url);
const side = new PieceSide(tell);
let memory = Infinity;

process.on('message', (message: ToProcess) => void take(fromText(message)));
// The judge is gone: nobody waits for this process.
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready' });

async function take(message: ToProcess): Promise<void> {
  if (message.kind === 'load') return load(message);
  const answer = await side.hear(message);
  if (answer) give(answer);
}

function load({ code, modules, memory: cap }: Loading): void {
  memory = cap;
  const imports = fence({ modules, load: require, tell: trespass });
  side.load({ code, compile, imports, tools: toolsFor });
}

function give(answer: Answer): void {
  if ('thrown' in answer && answer.thrown.code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')
    trespass('the code tried to import a module whose name is made up while it runs');
  if (process.memoryUsage.rss() > memory) tell({ kind: 'memory' });
  else tell({ kind: 'answer', answer });
}

function compile(text: string, filename: string): unknown {
  return new Script(text, { filename }).runInThisContext();
}
