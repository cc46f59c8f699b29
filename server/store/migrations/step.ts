/** A migration of the database. One that has been released is never changed: a new one is added instead. */
import type { Knex } from 'knex';

export interface Step {
  readonly name: string;
  readonly up: (db: Knex) => Promise<void>;
  readonly down: (db: Knex) => Promise<void>;
}
