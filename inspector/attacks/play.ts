/** Plays one attack against one target, in a world of its own. */
import type { TapEvent } from '#dissect/model';
import { type Attack, type Finding, type Step, type Verdict, verdictOf } from './contract.ts';
import type { Target } from './targets.ts';
import { inWorld } from './world.ts';

export type Outcome =
  | { readonly verdict: 'not applicable'; readonly why: string }
  | {
      readonly verdict: Exclude<Verdict, 'not applicable'>;
      readonly finding: Finding;
      readonly steps: readonly Step[];
      /** What the taps on both sides of Mallory have seen. */
      readonly events: readonly TapEvent[];
    };

/** Milliseconds after which an attack that has not come to an end is given up: a fault of the attack, whatever it was. */
const PATIENCE = 60_000;

/** `onStep` is told of each step, and the attack goes on when it resolves. Rejects when the attack itself is at fault. */
export async function play(
  attack: Attack,
  target: Target,
  onStep: (step: Step) => Promise<void> | void = () => undefined,
): Promise<Outcome> {
  const why = attack.unfit?.(target);
  if (why !== undefined) return { verdict: 'not applicable', why };
  return inWorld(target, attack.world ?? {}, async (world) => {
    const steps: Step[] = [];
    const ended = (async () => {
      const going = attack.run(world);
      for (;;) {
        const { done, value } = await going.next();
        if (done) return value;
        steps.push(value);
        await onStep(value);
      }
    })();
    const finding = await within(PATIENCE, ended, `${attack.id} on ${target.id}`);
    const verdict = verdictOf(finding) as Exclude<Verdict, 'not applicable'>;
    return { verdict, finding, steps, events: world.recorder.events() };
  });
}

async function within<T>(milliseconds: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} came to no end in ${milliseconds / 1000} s`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
