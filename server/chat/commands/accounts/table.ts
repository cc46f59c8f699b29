/** Accounts: registering, logging in and out, one's own sessions, password and second factor. */
import type { CommandTable } from '../command.ts';
import type { ACCOUNTS_FROM_CLIENT } from '#wire/schemas/accounts';

export const ACCOUNT_COMMANDS = {} as CommandTable<keyof typeof ACCOUNTS_FROM_CLIENT>;
