/** A run of the checks: what is under way, and what came of the last one. */
import { onScopeDispose, readonly, ref, shallowRef } from 'vue';
import type { Verdict } from '#judge/verdict';
import type { PageLab } from '#labs/page/page-labs';
import pieceWorker from '#labs/page/piece-worker?worker&url';
import type { FromJudge, JudgeOrder } from './judge-worker.ts';
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
      pieceWorker: new URL(pieceWorker, location.href).href,
    };
    worker.postMessage(order);
  }

  function hear(message: FromJudge): void {
    switch (message.kind) {
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

  /** Ends the workers: that of the judge takes the learner's with it. */
  function end(): void {
    worker?.terminate();
    worker = undefined;
  }

  onScopeDispose(end);
  return { state: readonly(state), own: readonly(own), isStale, run, stop };
}
