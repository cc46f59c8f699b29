/** A run of the checks: what is under way, and what came of the last one. */
import { onScopeDispose, readonly, ref, shallowRef } from 'vue';
import type { Verdict } from '#judge/verdict';
import type { PageLab } from '#labs/page/page-labs';
import PieceWorker from '#labs/page/piece-worker?worker';
import type { FromJudge, JudgeOrder, ToJudge } from './judge-worker.ts';
import JudgeWorker from './judge-worker.ts?worker';
import type { OwnBytes } from './own-bytes.ts';

export type RunState =
  | { readonly state: 'idle' }
  /** `check`: the number of the check that is under way, from 1; 0 before the first. */
  | { readonly state: 'running'; readonly check: number; readonly total: number }
  | { readonly state: 'stopped' }
  | { readonly state: 'broken'; readonly why: string }
  | { readonly state: 'judged'; readonly verdict: Verdict; readonly took: number };

/** Seeds are below this. */
const SEEDS = 1_000_000;

export function useRun(lab: PageLab, onJudged: (verdict: Verdict) => void) {
  const state = shallowRef<RunState>({ state: 'idle' });
  const own = shallowRef<OwnBytes | string>();
  const isStale = ref(false);
  let worker: Worker | undefined;
  const pieces = startedPieces((message) => worker?.postMessage(message));

  function run(text: string): void {
    end();
    own.value = undefined;
    isStale.value = false;
    state.value = { state: 'running', check: 0, total: 0 };
    worker = new JudgeWorker();
    worker.onmessage = ({ data }: MessageEvent<FromJudge>) => hear(data);
    worker.onerror = ({ message }) => broken(message);
    const order: JudgeOrder = {
      lab,
      text,
      seed: Math.floor(Math.random() * SEEDS),
    };
    worker.postMessage({ kind: 'order', order } satisfies ToJudge);
  }

  function hear(message: FromJudge): void {
    switch (message.kind) {
      case 'start piece':
        return pieces.start(message.piece, message.port);
      case 'end piece':
        return pieces.end(message.piece);
      case 'checking':
        state.value = { state: 'running', check: message.index + 1, total: message.total };
        return;
      case 'judged':
        state.value = { state: 'judged', verdict: message.verdict, took: message.took };
        return onJudged(message.verdict);
      case 'bytes':
        own.value = message.own;
        return end();
      case 'broken':
        return broken(message.why);
    }
  }

  function broken(why: string): void {
    end();
    state.value = { state: 'broken', why };
  }

  function stop(): void {
    end();
    state.value = { state: 'stopped' };
  }

  /** Ends the workers, the judge's and the learner's. */
  function end(): void {
    worker?.terminate();
    worker = undefined;
    pieces.endAll();
  }

  onScopeDispose(end);
  return { state: readonly(state), own: readonly(own), isStale, run, stop };
}

/** The workers with the learner's code, by the numbers that the judge gives them. */
function startedPieces(tellJudge: (message: ToJudge) => void) {
  const pieces = new Map<number, Worker>();
  const end = (number: number): void => {
    pieces.get(number)?.terminate();
    pieces.delete(number);
  };
  return {
    start(number: number, port: MessagePort): void {
      const piece = new PieceWorker();
      pieces.set(number, piece);
      piece.onerror = ({ message }) => tellJudge({ kind: 'piece failed', piece: number, message });
      piece.postMessage({ kind: 'judge at', port }, [port]);
    },
    end,
    endAll: (): void => [...pieces.keys()].forEach(end),
  };
}
