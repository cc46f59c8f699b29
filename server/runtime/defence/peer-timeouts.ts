/** Detects peers that take too long to log in, to complete a frame, or to say anything. */
import type { SessionId } from '#chat/effects';
import type { Connection } from '../sockets/connection.ts';
import type { Defence } from './defence.ts';

type Overdue = 'frame_timeout' | 'login_timeout' | 'idle_timeout';

export class PeerTimeouts {
  readonly #defence: Defence;
  /** Connections that have joined no room yet, with when they came (milliseconds of `performance.now()`). */
  readonly #outside = new Map<SessionId, number>();

  constructor(defence: Defence) {
    this.#defence = defence;
  }

  came(id: SessionId): void {
    this.#outside.set(id, performance.now());
  }

  /** The connection is in a room, or gone. */
  settled(id: SessionId): void {
    this.#outside.delete(id);
  }

  /** What the peer has taken too long over, if anything; `now` is a `performance.now()`. */
  overdue({ id, activity }: Connection, now: number): Overdue | undefined {
    const { idleTimeout, frameTimeout, joinTimeout } = this.#defence;
    const { heardAt, unfinishedSince } = activity;
    const cameAt = this.#outside.get(id);
    if (unfinishedSince !== undefined && now - unfinishedSince > frameTimeout) return 'frame_timeout';
    if (cameAt !== undefined && now - cameAt > joinTimeout) return 'login_timeout';
    return now - heardAt > idleTimeout ? 'idle_timeout' : undefined;
  }
}
