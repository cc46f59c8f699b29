/** The migrations that build the database. One that has been released is never changed: a new one is added instead. */
import type { Knex } from 'knex';
import { messages } from './001-messages.ts';
import { accounts } from './002-accounts.ts';
import { rooms } from './003-rooms.ts';
import { talk } from './004-talk.ts';
import { audit } from './005-audit.ts';
import { references } from './006-references.ts';
import { changes } from './007-changes.ts';
import { families } from './008-token-families.ts';
import { classroom } from './009-class.ts';
import { display } from './010-display.ts';
import { progress } from './011-progress.ts';
import { expected } from './012-expected.ts';
import { flags } from './013-flags.ts';
import type { Step } from './step.ts';

const STEPS: readonly Step[] = [
  messages,
  accounts,
  rooms,
  talk,
  audit,
  references,
  changes,
  families,
  classroom,
  display,
  progress,
  expected,
  flags,
];

export const STEP_NAMES: readonly string[] = STEPS.map(({ name }) => name);

export const migrations: Knex.MigrationSource<Step> = {
  getMigrations: () => Promise.resolve([...STEPS]),
  getMigrationName: ({ name }) => name,
  getMigration: ({ up, down }) => Promise.resolve({ up, down }),
};
