/** The plays of this page: asked for over one socket, and kept with all their steps, so that they can be stepped back through. */
import { shallowReactive } from 'vue';
import type { Pace, PlayEnd, PlayMessage, StepInHex } from '#dissect/page-attacks';
import { usePlaySocket } from './play-socket.ts';

export interface Played {
  readonly id: string;
  readonly attack: string;
  readonly target: string;
  readonly words: string | undefined;
  readonly state: 'waiting' | 'playing' | 'ended' | 'failed';
  /** Plays that come before it, while it waits. */
  readonly ahead: number;
  readonly steps: readonly StepInHex[];
  readonly end?: PlayEnd;
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface Cell {
  readonly attack: string;
  readonly target: string;
}

/** Of one page at a time, where all are played; the server takes a few more. */
const AT_ONCE = 2;

const keyOf = ({ attack, target }: Cell): string => `${attack} on ${target}`;
export const isGoingOn = (played: Played | undefined): boolean =>
  played?.state === 'waiting' || played?.state === 'playing';

export type Plays = ReturnType<typeof usePlays>;

/** The socket is closed with the calling component; what is still being played is then given up. */
export function usePlays() {
  /** The newest play of each cell. */
  const all = shallowReactive(new Map<string, Played>());
  const queue = shallowReactive<Cell[]>([]);
  let count = 0;
  const { state, send } = usePlaySocket(heard, lose);

  function change(id: string, now: (played: Played) => Partial<Played>): void {
    for (const [key, played] of all) if (played.id === id) all.set(key, { ...played, ...now(played) });
  }

  function heard(message: Exclude<PlayMessage, { type: 'ready' }>): void {
    switch (message.type) {
      case 'queued':
        return change(message.id, () => ({ ahead: message.ahead }));
      case 'begun':
        return change(message.id, () => ({ state: 'playing' }));
      case 'step':
        return change(message.id, ({ steps }) => ({ steps: [...steps, message.step] }));
      case 'end':
      case 'failed':
        change(message.id, () => outcomeOf(message));
        return next();
      case 'error':
    }
  }

  function lose(waiting: ReadonlySet<string>): void {
    for (const { id } of [...all.values()].filter(isGoingOn)) if (!waiting.has(id)) change(id, () => LOST);
  }

  function play({ attack, target }: Cell, words?: string): void {
    const before = all.get(keyOf({ attack, target }));
    if (before && isGoingOn(before)) send({ type: 'stop', id: before.id });
    const id = `play-${++count}`;
    all.set(keyOf({ attack, target }), { id, attack, target, words, state: 'waiting', ahead: 0, steps: [] });
    send({ type: 'play', id, attack, target, ...(words === undefined ? {} : { words }) });
  }

  function next(): void {
    while (queue.length > 0 && [...all.values()].filter(isGoingOn).length < AT_ONCE) {
      const cell = queue.shift();
      if (cell) play(cell);
    }
  }

  return {
    socket: state,
    queue,
    of: (cell: Cell): Played | undefined => all.get(keyOf(cell)),
    play,
    pace: ({ id }: Played, wanted: Pace): void => send({ type: 'pace', id, wanted }),
    /** Plays these, a few at a time. */
    playAll(cells: readonly Cell[]): void {
      queue.splice(0, queue.length, ...cells);
      next();
    },
    /** Plays no more of them, and stops what is being played. */
    stopAll(): void {
      queue.splice(0);
      for (const { id } of [...all.values()].filter(isGoingOn)) send({ type: 'stop', id });
    },
  };
}

const LOST: Partial<Played> = {
  state: 'failed',
  failure: { code: 'connection_lost', message: 'the connection to the server was lost' },
};

function outcomeOf(message: Extract<PlayMessage, { type: 'end' | 'failed' }>): Partial<Played> {
  if (message.type === 'failed')
    return { state: 'failed', failure: { code: message.code, message: message.message } };
  const { verdict, evidence, capture } = message;
  return { state: 'ended', end: { verdict, evidence, capture } };
}
