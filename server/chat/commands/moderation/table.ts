/** Keeping order: mutes, bans, locks, roles. */
import type { CommandTable } from '../command.ts';
import type { MODERATION_FROM_CLIENT } from '#wire/schemas/moderation';

export const MODERATION_COMMANDS = {} as CommandTable<keyof typeof MODERATION_FROM_CLIENT>;
