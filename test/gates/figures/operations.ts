/** The figures of the pages for who runs the server: operations and storage. */
import { BACKLOG_CAP } from '../../../server/cli/lines.ts';
import { CommandError, NO_SERVER } from '../../../server/cli/operator/flags.ts';
import { LEAST_MODULUS_BITS } from '#certs/ensure';
import { LEAF_DAYS } from '#certs/issue';
import { LIMITS } from '#protocol/limits';
import { FAULT_FADES_MS } from '#runtime/tally';
import { ARCHIVE_SHARE } from '#store/audit';
import { BEGINNING } from '#store/audit-verify';
import { PIECE } from '#store/erase';
import { LOOK_EVERY_MS } from '#store/guard';
import { REST_FACTOR } from '#store/idle-work';
import { REST_MS } from '#store/search-index';
import { CONSOLE } from '#web/console/caps';
import type { Fixed, Held } from './figures.ts';
import { says, word } from './row.ts';

const DAYS_OF_MONTH = 365.25 / 12;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What a soak printed, or has as its amount. */
export function measured(soak: string, text: string | RegExp): Fixed {
  return { text, by: `npm run soak -- ${soak}` };
}

const OPERATIONS: Held = {
  rows: [
    says`with ${new CommandError('').exitCode} when it was refused or failed, and with ${NO_SERVER} when the command needs a running server`,
    says`damaged or shorter than ${String(LEAST_MODULUS_BITS)} bits;`,
    says`certificate is valid for ${Math.floor(LEAF_DAYS / DAYS_OF_MONTH)} months.`,
    says`failed (for ${FAULT_FADES_MS / SECOND} seconds);`,
    says`A link works once, within ${CONSOLE.linkTime / MINUTE} minutes,`,
    says`Up to ${BACKLOG_CAP / 1024 ** 2} MiB waits for a pipe or a terminal`,
  ],
  fixed: [
    { text: 'They exit with 0 when', by: 'POSIX' },
    { text: '`kill -9`', by: 'POSIX' },
    { text: /\(mode 700\)|\(600\)|\(644\)|no other place \(700\)/, by: 'POSIX: the modes of a file' },
    { text: /answers 200 with|or 503 with/, by: 'RFC 9110 §15; server/web/health.test.ts asks' },
    measured('shutdown', 'with 0: measured with 1,000 clients, within five seconds'),
  ],
};

const CONSOLE_PAGE: Held = {
  rows: [
    says`The link works once, within ${CONSOLE.linkTime / MINUTE} minutes.`,
    says`A session ends after ${CONSOLE.sessionTime / MINUTE / 60} hours,`,
    says`has ${word((CONSOLE.samples * SECOND) / MINUTE)} minutes of messages`,
  ],
};

const STORAGE: Held = {
  rows: [
    says`the newest ${LIMITS.changesOnJoin} of each room`,
    says`in pieces of ${PIECE} messages, with pauses ${word(REST_FACTOR)} times as long between them`,
    says`The index is about ${REST_MS / SECOND} s behind the messages;`,
    says`the hash before the first row is ${BEGINNING.hash.length} zeros.`,
    says`Rows are numbered from ${BEGINNING.id + 1} without a gap`,
    says`With more than ${LIMITS.auditRows} rows, the oldest ${LIMITS.auditRows / ARCHIVE_SHARE} move to a file`,
    says`the server checks every ${word(LOOK_EVERY_MS / SECOND)} seconds.`,
  ],
  fixed: [
    { text: '`kill -9`', by: 'POSIX' },
    measured('crash', 'restarts it, 100 times. Of 60,944 messages no acknowledged one was lost'),
    { text: 'what it could not save, and exits with 1.', by: 'test/integration/read-only-disk.test.ts' },
    { text: '`/healthz` answers 503', by: 'RFC 9110 §15; server/web/health.test.ts asks' },
  ],
};

export const OPERATION: Readonly<Record<string, Held>> = {
  'docs/guide/console.md': CONSOLE_PAGE,
  'docs/reference/operations.md': OPERATIONS,
  'docs/reference/storage.md': STORAGE,
};
