/** Deletes a class from the database: the accounts of its people, and what they have said. */
import type { Knex } from 'knex';
import { hideMessages, hideWordsOf } from './erase.ts';
import { accountAuthor } from '#chat/authors';

/** Private conversations are stored under keys that begin with this. No room has such a name. */
const CONVERSATIONS = `room >= '@' and room < 'A'`;

/**
 * Deletes the accounts of everyone in the class but the instructor. With an account go its person, the person’s progress and
 * flags, its logins, read markers, sanctions and invitations. Runs in a transaction.
 */
export async function eraseAccounts(trx: Knex): Promise<void> {
  const rows: { account: number }[] = await trx('people').whereNot({ role: 'instructor' }).select('account');
  const accounts = rows.map(({ account }) => account);
  const authors = JSON.stringify(accounts.map(accountAuthor));
  for (const table of ['sanctions', 'invitations'])
    await trx(table).whereRaw('author in (select value from json_each(?))', [authors]).del();
  await trx('accounts')
    .whereRaw('id in (select value from json_each(?))', [JSON.stringify(accounts)])
    .del();
}

/**
 * Hides what these accounts have said, and both sides of their private conversations, until it is erased. Runs in a
 * transaction.
 */
export async function hideWords(trx: Knex, accounts: readonly number[]): Promise<void> {
  const authors = accounts.map(accountAuthor);
  await hideWordsOf(trx, authors);
  const rooms: { room: string }[] = await trx('messages').distinct('room').whereRaw(CONVERSATIONS);
  const theirs = new Set(authors);
  for (const { room } of rooms) {
    if (endsOf(room).some((end) => theirs.has(end))) await hideMessages(trx, { room, since: 0, by: '' });
  }
}

function endsOf(conversation: string): string[] {
  return conversation.slice(1).split(',');
}
