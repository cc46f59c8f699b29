/** The entries for the audit log, in the order of events. Events that repeat themselves are counted and share one entry. */
import type { Logger } from 'pino';
import type { AuditEntry } from '#chat/records';
import type { Store } from '#store/store';
import { codeOf } from './answers.ts';
import { Repeats } from './defence/repeats.ts';

export class AuditTrail {
  readonly #store: Pick<Store, 'audit'>;
  readonly #log: Logger;
  readonly #repeats = new Repeats();

  constructor(store: Pick<Store, 'audit'>, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  add(entry: AuditEntry): void {
    if (this.#repeats.begins(entry, performance.now())) this.#write(entry);
  }

  /** Writes the entries of events that have been counted for long enough. Call it about once a second. */
  sweep(): void {
    for (const entry of this.#repeats.due(performance.now())) this.#write(entry);
  }

  /** Writes the entries of all counted events. */
  end(): void {
    for (const entry of this.#repeats.rest(performance.now())) this.#write(entry);
  }

  /** An entry that cannot be written goes to the log instead. */
  #write(entry: AuditEntry): void {
    this.#store.audit(entry).catch((error: unknown) => {
      this.#log.error({ code: codeOf(error), entry, err: error }, 'the audit log could not be written');
    });
  }
}
