/** The flags that people in the class have handed in: whose, and when. */
import type { Knex } from 'knex';
import type { ClassStore, StoredFlag } from '#classroom/records';

/** `change` runs what changes the database. */
export function flagStore(
  db: Knex,
  change: <T>(run: () => Promise<T>) => Promise<T>,
): Pick<ClassStore, 'loadFlags' | 'saveFlag' | 'clearFlags'> {
  return {
    loadFlags: () => db('flags').orderBy('time').select<StoredFlag[]>('person', 'whose', 'time'),
    saveFlag: ({ person, whose, time }) =>
      change(async () => {
        await db('flags').insert({ person, whose, time }).onConflict(['person', 'whose']).ignore();
      }),
    clearFlags: () =>
      change(async () => {
        await db('flags').del();
      }),
  };
}
