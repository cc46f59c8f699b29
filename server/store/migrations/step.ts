/** One step of the database's shape. A step that has been released is never changed; the next one changes it. */
import type { Knex } from 'knex';

export interface Step {
  readonly name: string;
  readonly up: (db: Knex) => Promise<void>;
  readonly down: (db: Knex) => Promise<void>;
}
