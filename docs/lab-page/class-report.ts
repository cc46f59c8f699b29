/**
 * Tells the class, if this browser has joined one, how a run of the checks ended and how many hints were shown. Nothing of
 * the learner’s text is sent.
 */
import { ref } from 'vue';
import type { LabReport } from '#dissect/page-labs';
import type { Verdict } from '#judge/verdict';
import { postApi } from '../../inspector/ui/ask-api.ts';
import { isStudentDevice } from '../../inspector/ui/held-token.ts';

/** Milliseconds until a report that found no server is sent again. */
const AGAIN_MS = 3_000;

/** `away`: the server does not answer; the newest report is sent as soon as it does. `refused`: it does not take it. */
export type Told = 'told' | 'away' | 'refused';

export function reportOf({ lab, results }: Verdict, hints: number): LabReport {
  return { lab, hints, checks: results.map(({ id, state }) => ({ id, state })) };
}

export function useClassReport() {
  const inClass = isStudentDevice();
  const told = ref<Told>();
  let newest: LabReport | undefined;

  /** Sends it, again and again until the server answers or there is a newer one. Does nothing outside a class. */
  async function report(now: LabReport): Promise<void> {
    if (!inClass) return;
    newest = now;
    while (newest === now) {
      const outcome = await send(now);
      if (newest !== now) return;
      told.value = outcome;
      if (outcome !== 'away') return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  return { inClass, told, report };
}

async function send(report: LabReport): Promise<Told> {
  const response = await postApi('/api/class/progress', report);
  if (!response) return 'away';
  return response.ok ? 'told' : 'refused';
}
