/**
 * Judges in a worker, so that the page stays responsive: the checks run here, and the learner's code in a worker of its own.
 * The page starts and ends that one for the judge: in Firefox, a worker that starts workers stops now and then for ever.
 */
import type { Lesson } from '#judge/lesson';
import type { Verdict } from '#judge/verdict';
import { lesson as frames } from '#labs/01-frames/lesson';
import { lesson as seal } from '#labs/04-seal/lesson';
import { lesson as tamper } from '#labs/05-tamper/lesson';
import { lesson as replay } from '#labs/06-replay/lesson';
import { type PageTrial, type PieceWorker, judgeInPage, useInPage } from '#labs/page/judge-in-page';
import type { FromWorker } from '#labs/page/piece-worker';
import type { PageLab } from '#labs/page/page-labs';
import { OWN_BYTES, type OwnBytes, whyNone } from './own-bytes.ts';

export interface JudgeOrder {
  readonly lab: PageLab;
  readonly text: string;
  readonly seed: number;
}

export type ToJudge =
  | { readonly kind: 'order'; readonly order: JudgeOrder }
  /** An error that nobody caught, in the learner's worker with this number. */
  | { readonly kind: 'piece failed'; readonly piece: number; readonly message: string };

export type FromJudge =
  | { readonly kind: 'start piece'; readonly piece: number; readonly port: MessagePort }
  | { readonly kind: 'end piece'; readonly piece: number }
  | { readonly kind: 'checking'; readonly index: number; readonly total: number }
  | { readonly kind: 'judged'; readonly verdict: Verdict; readonly took: number }
  | { readonly kind: 'bytes'; readonly own: OwnBytes | string }
  | { readonly kind: 'broken'; readonly why: string };

/** An endless loop is stopped after so many milliseconds without a sign of life, which a busy device may be late with. */
const SILENCE = 5_000;
/**
 * Milliseconds that the code may owe answers, all together. Each answer goes through the page, which a slow device is long
 * about: right code must have its time. Endless code is silent, or stopped by the button.
 */
const TIME = 60_000;

const LESSONS: Readonly<Record<PageLab, Lesson>> = {
  '01-frames': frames,
  '04-seal': seal,
  '05-tamper': tamper,
  '06-replay': replay,
};

interface JudgeScope {
  onmessage: ((event: { readonly data: ToJudge }) => void) | null;
  postMessage(message: FromJudge, transferred?: readonly MessagePort[]): void;
}

const scope = globalThis as unknown as JudgeScope;
const tell = (message: FromJudge): void => scope.postMessage(message);
scope.onmessage = ({ data }) => {
  if (data.kind === 'piece failed') pieces.get(data.piece)?.onerror?.(data);
  else void run(data.order).catch((error: unknown) => tell({ kind: 'broken', why: String(error) }));
};

/** The learner's workers that have not ended, by number. */
const pieces = new Map<number, PieceWorker>();
let lastPiece = 0;

function startPiece(): PieceWorker {
  const number = ++lastPiece;
  const { port1, port2 } = new MessageChannel();
  const piece: PieceWorker = {
    onmessage: null,
    onerror: null,
    postMessage: (message) => port1.postMessage(message),
    terminate: () => {
      port1.close();
      pieces.delete(number);
      tell({ kind: 'end piece', piece: number });
    },
  };
  port1.onmessage = ({ data }: { readonly data: FromWorker }) => piece.onmessage?.({ data });
  pieces.set(number, piece);
  scope.postMessage({ kind: 'start piece', piece: number, port: port2 }, [port2]);
  return piece;
}

async function run({ lab, text, seed }: JudgeOrder): Promise<void> {
  const lesson = LESSONS[lab];
  const total = lesson.checks.length;
  const trial: PageTrial = {
    lesson,
    file: `${lab}.ts`,
    text,
    seed,
    time: TIME,
    silence: SILENCE,
    onCheck: (index) => tell({ kind: 'checking', index, total }),
    newWorker: startPiece,
  };
  const begin = performance.now();
  const verdict = await judgeInPage(trial);
  tell({ kind: 'judged', verdict, took: performance.now() - begin });
  // Code that could not be used will not show anything either.
  if (verdict.notRun > 0)
    return tell({ kind: 'bytes', own: 'There are no bytes to show: your code could not be run to its end.' });
  tell({ kind: 'bytes', own: await useInPage(trial, OWN_BYTES[lab]).catch(whyNone) });
}
