/** The plays of this page: asked for over one socket, and kept with all their steps, so that they can be stepped back through. */
import { shallowReactive } from 'vue';
import type { Pace, PlayEnd, PlayMessage, PlayRequest, StepInHex } from '#dissect/page-attacks';
import { socketUrl, useServerSocket } from '../composables/server-socket.ts';

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
/** Requests that wait for the server to be ready. */
const MAX_UNSENT = 100;

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
  /** Asked for before the server was ready, as by somebody who presses a cell as soon as it is there. */
  const unsent: PlayRequest[] = [];
  const socket = useServerSocket<PlayMessage>(socketUrl('attacks'), heard, () => false);

  /** Sends it now, or once the server is ready. */
  function send(message: PlayRequest): void {
    const isReady = socket.state.value.state === 'live';
    if ((!isReady || !socket.send(message)) && unsent.length < MAX_UNSENT) unsent.push(message);
  }

  function change(id: string, now: (played: Played) => Partial<Played>): void {
    for (const [key, played] of all) if (played.id === id) all.set(key, { ...played, ...now(played) });
  }

  function heard(message: PlayMessage): void {
    switch (message.type) {
      case 'ready':
        return ready();
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

  /** When it has come back, what was being played is lost; what was asked for meanwhile is not. */
  function ready(): void {
    const wanted = unsent.splice(0);
    const isWanted = ({ id }: Played): boolean => wanted.some((request) => request.id === id);
    for (const played of all.values())
      if (isGoingOn(played) && !isWanted(played)) change(played.id, () => LOST);
    for (const request of wanted) send(request);
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
    socket: socket.state,
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
