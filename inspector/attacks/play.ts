/** Plays one attack against one target, in a world of its own. */
import type { TapEvent } from '#dissect/model';
import { type Attack, type Finding, type Step, type Verdict, verdictOf } from './contract.ts';
import { Story } from './story.ts';
import type { Target } from './targets.ts';
import { checkWords } from './words.ts';
import { type World, type WorldOptions, inWorld } from './world.ts';

export type Outcome =
  | { readonly verdict: 'not applicable'; readonly why: string }
  | {
      readonly verdict: Exclude<Verdict, 'not applicable'>;
      readonly finding: Finding;
      /** What Mallory did and saw, and what the others saw meanwhile. */
      readonly steps: readonly Step[];
      /** What the taps on both sides of Mallory have seen. */
      readonly events: readonly TapEvent[];
    };

export interface PlayOptions {
  /** Told of each step. When it is Mallory’s, the attack goes on when this resolves. */
  readonly onStep?: (step: Step) => Promise<void> | void;
  /** In place of the attack’s own, where it lets them be chosen. */
  readonly words?: string | undefined;
  /** Gives the attack up: everything is closed, and the play rejects. */
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds after which an attack that does not come to its next step is given up: a fault of the attack, whatever it was. */
const PATIENCE = 60_000;

/** Rejects when the attack itself is at fault, when it is given up, and with a `RangeError` for words that it cannot be played with. */
export async function play(
  attack: Attack,
  target: Target,
  { onStep, words, signal }: PlayOptions = {},
): Promise<Outcome> {
  if (words !== undefined) checkWords(attack, words);
  const why = attack.unfit?.(target);
  if (why !== undefined) return { verdict: 'not applicable', why };
  const story = new Story(onStep);
  const tell: WorldOptions['tell'] = (place, title, text) => story.happens({ place, title, text });
  return inWorld(target, { ...attack.world, words, tell }, async (world) => {
    const given = givenUp(signal);
    try {
      const finding = await Promise.race([played(attack, world, story), given.up]);
      const verdict = verdictOf(finding) as Exclude<Verdict, 'not applicable'>;
      return { verdict, finding, steps: story.steps, events: recorded(world) };
    } finally {
      given.forget();
    }
  });
}

async function played(attack: Attack, world: World, story: Story): Promise<Finding> {
  const going = attack.run(world);
  for (;;) {
    const { done, value } = await within(PATIENCE, going.next(), `${attack.id} on ${world.target.id}`);
    if (!done) await story.step(value);
    else {
      await story.end();
      return value;
    }
  }
}

/** The secrets come first, as in any capture, so that whoever reads it has them in time. */
function recorded({ recorder, secrets }: World): TapEvent[] {
  const events = recorder.events();
  const time = events[0]?.time ?? 0;
  return [...secrets.map((line) => ({ kind: 'secret', time, line }) as const), ...events];
}

function givenUp(signal: AbortSignal | undefined): {
  readonly up: Promise<never>;
  readonly forget: () => void;
} {
  let tell: () => void = () => undefined;
  const up = new Promise<never>((_, reject) => {
    tell = () => reject(signal?.reason as Error);
  });
  if (signal?.aborted) tell();
  signal?.addEventListener('abort', tell, { once: true });
  return { up, forget: () => signal?.removeEventListener('abort', tell) };
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
