/**
 * One message on a wire, and what becomes of it when somebody on the path changes its bytes. Each trial is a world of its own,
 * with the same keys and the same random bytes as the first: the real client seals, the real server judges.
 */
import { pureRecordCiphers } from '#dissect/crypto/pure';
import { Dissection } from '#dissect/index';
import type { TapEvent, WireRecord } from '#dissect/model';
import { ERRORS, type ErrorCode, type RemoteProtocolError } from '#protocol/errors';
import type { ClientMessage } from '#protocol/messages';
import { PageWorld, type WorldOptions } from './world.ts';

/** What the receiver makes of what arrives. */
export type Verdict =
  /** It takes the message. `text` is what ben reads in the end; absent when it was understood as something else. */
  | { readonly state: 'accepted'; readonly type: string; readonly text: string | undefined }
  /**
   * It does not. `by` says which part of the server: the channel, the frame decoder, the parser of messages, or the chat.
   * `goesOn`: the connection stays open.
   */
  | {
      readonly state: 'refused';
      readonly by: 'channel' | 'frame' | 'message' | 'chat';
      readonly code: string;
      readonly message: string;
      readonly goesOn: boolean;
    }
  /** It has that many bytes, and waits for the rest of what a length announces. */
  | { readonly state: 'waiting'; readonly bytes: number }
  /** It takes this for the end of the connection. */
  | { readonly state: 'ended' };

export interface Trial {
  /** What arrived. */
  readonly bytes: Uint8Array;
  /** The first record of it, explained with the keys; absent while the receiver waits for its rest. */
  readonly record: WireRecord | undefined;
  readonly verdict: Verdict;
}

export interface TrialOptions extends Pick<WorldOptions, 'wire' | 'suite' | 'random'> {
  readonly text: string;
  /** Milliseconds since 1970 at which it begins. */
  readonly time: number;
}

/** The first connection at the tap, on which the message is said. */
const FLOW = 1;
const TICK = 0.25;

export class Trials {
  readonly #options: TrialOptions;
  /** The random bytes of the first world, in order. */
  readonly #tape: Uint8Array[] = [];
  /** The message as it was sent. */
  readonly original: Trial;

  constructor(options: TrialOptions) {
    this.#options = options;
    this.original = this.#trial((bytes) => bytes);
  }

  /** The same message, of which these bytes arrive instead of its own. */
  run(bytes: Uint8Array): Trial {
    return this.#trial(() => bytes);
  }

  #trial(change: (bytes: Uint8Array) => Uint8Array): Trial {
    const { wire, suite, text, time } = this.#options;
    const events: TapEvent[] = [];
    const [faults, understood]: [RemoteProtocolError[], ClientMessage[]] = [[], []];
    let clock = time;
    /** What has arrived in place of the message. */
    let arrived: Uint8Array | undefined;
    let isSaying = false;
    const world = new PageWorld({
      wire,
      suite,
      now: () => (clock += TICK),
      random: this.#repeated(),
      onEvent: (event) => events.push(event),
      path: (flow, dir, bytes) => {
        if (!isSaying || arrived || flow !== FLOW || dir !== 'c2s') return bytes;
        return (arrived = change(bytes));
      },
      watch: {
        failed: (_, error) => faults.push(error),
        understood: (_, message) => understood.push(message),
      },
    });
    const before = clock;
    world.takeHeard('ana');
    world.takeHeard('ben');
    understood.splice(0);
    isSaying = true;
    world.attempt(text);
    const after = recordsAfter(events, before);
    const verdict = verdictOf(world, { fault: faults[0], understood, answers: after });
    return { bytes: arrived ?? new Uint8Array(), record: after.find(({ dir }) => dir === 'c2s'), verdict };
  }

  /** The random bytes of the first world again, and new ones where a changed course needs others. */
  #repeated(): (count: number) => Uint8Array {
    let at = 0;
    return (count) => {
      const known = this.#tape[at++];
      if (known?.length === count) return known.slice();
      const fresh = this.#options.random(count);
      if (!known) this.#tape.push(fresh.slice());
      return fresh;
    };
  }
}

function recordsAfter(events: readonly TapEvent[], time: number): WireRecord[] {
  const dissection = new Dissection({ ciphers: pureRecordCiphers });
  dissection.addAll(events);
  return dissection.records(FLOW).filter((record) => record.time > time);
}

interface Seen {
  readonly fault: RemoteProtocolError | undefined;
  readonly understood: readonly ClientMessage[];
  readonly answers: readonly WireRecord[];
}

function verdictOf(world: PageWorld, { fault, understood, answers }: Seen): Verdict {
  if (fault) {
    const { code, message } = fault;
    return { state: 'refused', by: partOf(code), code, message, goesOn: false };
  }
  const alert = clearAlert(answers);
  if (alert)
    return { state: 'refused', by: 'channel', code: alert, message: ERRORS[alert].meaning, goesOn: true };
  for (const event of world.takeHeard('ben'))
    if (event.type === 'message') return { state: 'accepted', type: 'say', text: event.text };
  for (const event of world.takeHeard('ana')) {
    if (event.type !== 'refused' && event.type !== 'complaint') continue;
    const { code, message } = event.refusal;
    return { state: 'refused', by: 'chat', code, message, goesOn: true };
  }
  const [first] = understood;
  if (first) return { state: 'accepted', type: first.type, text: undefined };
  return world.pending > 0 ? { state: 'waiting', bytes: world.pending } : { state: 'ended' };
}

/** The alert of a suite that answers a record which does not open, and goes on. */
function clearAlert(answers: readonly WireRecord[]): ErrorCode | undefined {
  const fields = answers.flatMap((record) =>
    record.dir === 's2c' && record.proto === 'psk' ? record.fields : [],
  );
  const code = fields.find(({ name }) => name === 'code')?.value;
  return typeof code === 'string' && code in ERRORS ? (code as ErrorCode) : undefined;
}

/** Codes that have an alert are those of the channel. */
function partOf(code: ErrorCode): 'channel' | 'frame' | 'message' {
  if ('alert' in ERRORS[code]) return 'channel';
  return code.startsWith('frame_') ? 'frame' : 'message';
}
