/** Every command that a client can send, by topic. */
import { ACCOUNT_COMMANDS } from './accounts/table.ts';
import type { CommandTable } from './command.ts';
import { MODERATION_COMMANDS } from './moderation/table.ts';
import { TALK_COMMANDS } from './talk/table.ts';
import type { ClientMessage } from '#protocol/messages';

export const COMMANDS: CommandTable<ClientMessage['type']> = {
  ...TALK_COMMANDS,
  ...ACCOUNT_COMMANDS,
  ...MODERATION_COMMANDS,
};
