import { LIMITS } from '#protocol/limits';

/** Caps on everything that grows in a client. */
export interface SessionCaps {
  /** Requests (mostly messages) that are not answered yet. */
  readonly outbox: number;
  /** Messages sent and not acknowledged: half of what the server looks up for one member, who may have two clients. */
  readonly inFlight: number;
  /** Live messages held back in one room while older ones are being fetched. */
  readonly held: number;
  /** Names kept of one room's members. */
  readonly members: number;
  /** Private conversations kept; the oldest makes room. */
  readonly conversations: number;
}

export const SESSION_CAPS: SessionCaps = {
  outbox: 10_000,
  inFlight: LIMITS.pendingRefs / 2,
  held: 1_000,
  members: 10 * LIMITS.memberList,
  conversations: 1_000,
};
