/** The attacks in the address: `#attack=flip-text&target=plain&step=3`, or the bench: `#bench=plain`. Words of one's own are not in it. */
import { standingTarget } from '#dissect/page-bench';
import { partsIn, hashOf } from '../model/route.ts';

export interface AttacksRoute {
  readonly attack: string | undefined;
  readonly target: string | undefined;
  /** How many steps are shown; absent before the first. */
  readonly step: number | undefined;
  /** The target of the bench, where that is shown instead. */
  readonly bench?: string | undefined;
}

export function parseAttacksRoute(hash: string): AttacksRoute {
  const query = partsIn(hash);
  const step = /^\d{1,5}$/.exec(query.get('step') ?? '')?.[0];
  return {
    attack: query.get('attack') ?? undefined,
    target: query.get('target') ?? undefined,
    step: step === undefined ? undefined : Number(step),
    bench: query.get('bench') ?? undefined,
  };
}

export function formatAttacksRoute({ attack, target, step, bench }: AttacksRoute): string {
  return hashOf([
    ['attack', attack],
    ['target', target],
    ['step', step],
    ['bench', bench],
  ]);
}

/** Where a person steps into a connection of this workbench. */
export function stepInAddress(flow: number): string {
  return `/attacks${formatAttacksRoute({ ...parseAttacksRoute(''), bench: standingTarget(flow) })}`;
}

/** Where the inspector shows a recording, with the keys or as Eve. */
export function recordingAddress(path: string, eve: boolean): string {
  return `/inspect?capture=${encodeURIComponent(path)}${hashOf([['eve', eve ? 1 : undefined]])}`;
}
