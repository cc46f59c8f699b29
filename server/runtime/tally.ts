/**
 * What the server has done since it started, as plain numbers to be read when needed: counting must not slow a broadcast
 * down.
 */
import type { AuditEvent } from '#chat/records';
import type { ErrorCode } from '#protocol/errors';
import type { WireName } from '#protocol/messages';
import type { Departure } from './sockets/departure.ts';

/** Milliseconds after which a failure to store is no longer reported. */
export const FAULT_FADES_MS = 30_000;

/** A counter for each name that has occurred. */
class Counts<K extends string> {
  readonly #counts = new Map<K, number>();

  add(name: K): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: K): number {
    return this.#counts.get(name) ?? 0;
  }

  entries(): Iterable<readonly [K, number]> {
    return this.#counts;
  }
}

export class Tally {
  /** Milliseconds since 1970. */
  readonly startedAt = Date.now();
  /** Frames queued for recipients, counted once for each recipient. */
  deliveries = 0;
  /** Messages that were committed. */
  messages = 0;
  readonly accepted = new Counts<WireName>();
  readonly ended = new Counts<Departure['code']>();
  /** Requests that were refused, by code. */
  readonly refusals = new Counts<string>();
  readonly events = new Counts<AuditEvent>();
  #fault: { readonly code: ErrorCode; readonly at: number } | undefined;

  /** The store has stored this many messages. */
  stored(messages: number): void {
    this.messages += messages;
    this.#fault = undefined;
  }

  notStored(code: ErrorCode): void {
    if (code !== 'busy') this.#fault = { code, at: performance.now() };
  }

  /** Why the last attempt to store failed. It expires, because without traffic nothing would show that it is over. */
  get storeFault(): ErrorCode | undefined {
    if (!this.#fault || performance.now() - this.#fault.at > FAULT_FADES_MS) return undefined;
    return this.#fault.code;
  }
}
