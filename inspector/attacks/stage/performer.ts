/** The process in which attacks are played for a page: told by messages what to play, and tells what happens. */
import { withTimeLimit } from '#client/connect/time-limit';
import { writePcapng } from '#dissect/capture/write';
import type { Pace } from '#dissect/page-attacks';
import type { Attack, Step } from '../contract.ts';
import { ATTACKS } from '../list.ts';
import { evidenceOf, inHex } from '../matrix.ts';
import { type Outcome, play } from '../play.ts';
import { TARGETS, type Target } from '../targets.ts';
import { type FromPerformer, STAGE_CAPS, type ToBench, type ToPerformer, type ToRoom } from './messages.ts';

/** Lets an attack go on, or holds it after Mallory's next step. */
class Gate {
  #isOpen: boolean;
  #goOn: (() => void) | undefined;

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  set(wanted: Pace): void {
    this.#isOpen = wanted === 'run';
    if (wanted !== 'pause') this.#goOn?.();
  }

  /** Resolves when the attack may go on. */
  async pass(): Promise<void> {
    if (!this.#isOpen) await new Promise<void>((resolve) => (this.#goOn = resolve));
    this.#goOn = undefined;
  }
}

interface Playing {
  readonly gate: Gate;
  readonly stop: AbortController;
}

const tell = (message: FromPerformer): void => void process.send?.(message);
const playing = new Map<string, Playing>();

/** Plays what the parent asks for, until the parent is gone. */
export function perform(): Promise<never> {
  process.on('message', (message: ToPerformer | ToBench | ToRoom) => {
    if (message.type === 'play') void performOne(message);
    else if (message.type === 'pace') playing.get(message.id)?.gate.set(message.wanted);
    else if (message.type === 'stop') playing.get(message.id)?.stop.abort(new Error('stopped'));
    else if (isForRoom(message)) void inRoom(message);
    else void atBench(message);
  });
  process.once('disconnect', () => process.exit());
  return new Promise(() => undefined);
}

/** Loaded only where it is asked for. */
async function atBench(message: ToBench): Promise<void> {
  (await import('./bench-performer.ts')).atBench(message);
}

function isForRoom(message: ToBench | ToRoom): message is ToRoom {
  return ['open-room', 'join-room', 'leave-room'].includes(message.type);
}

/** Loaded only where it is asked for. */
async function inRoom(message: ToRoom): Promise<void> {
  (await import('./room-performer.ts')).inRoom(message);
}

async function performOne(message: Extract<ToPerformer, { type: 'play' }>): Promise<void> {
  const { id, words, paused = false } = message;
  const attack = ATTACKS.find((each) => each.id === message.attack);
  const target = TARGETS.find((each) => each.id === message.target);
  if (!attack || !target)
    return tell({ type: 'failed', id, code: 'no_such_attack', message: 'there is no such attack or target' });
  const now = { gate: new Gate(!paused), stop: new AbortController() };
  playing.set(id, now);
  try {
    const signal = withTimeLimit(now.stop.signal, STAGE_CAPS.longest);
    const outcome = await play(attack, target, { words, signal, onStep: teller(id, now.gate) });
    const verdict = outcome.verdict;
    tell({
      type: 'end',
      id,
      verdict,
      evidence: evidenceOf({ outcome }),
      capture: captureOf(attack, target, outcome),
    });
  } catch (error) {
    tell({ type: 'failed', id, ...failureOf(error as Error, now.stop.signal) });
  } finally {
    playing.delete(id);
  }
}

function teller(id: string, gate: Gate): (step: Step) => Promise<void> {
  let told = 0;
  return async (step) => {
    if (told++ < STAGE_CAPS.steps) tell({ type: 'step', id, step: inHex(step) });
    if (step.place === undefined) await gate.pass();
  };
}

function captureOf(attack: Attack, target: Target, outcome: Outcome): Uint8Array | null {
  if (outcome.verdict === 'not applicable') return null;
  const comment = `${attack.name}, on ${target.id}: ${outcome.verdict}`;
  const file = writePcapng(outcome.events, { comment });
  return file.length > STAGE_CAPS.capture ? null : file;
}

function failureOf(
  error: Error,
  stopped: AbortSignal,
): Pick<Extract<FromPerformer, { type: 'failed' }>, 'code' | 'message'> {
  if (stopped.aborted) return { code: 'play_stopped', message: 'the play was stopped' };
  if (error.name === 'TimeoutError') return { code: 'play_timeout', message: 'the play took too long' };
  return { code: error instanceof RangeError ? 'bad_words' : 'play_failed', message: error.message };
}
