/** Keeping order: mutes, bans, and what is changed about rooms and roles. */
import type { CommandTable } from '../command.ts';
import { appoint } from './appoint.ts';
import { ban } from './ban.ts';
import { bans } from './bans.ts';
import { kick } from './kick.ts';
import { mute } from './mute.ts';
import { lock, slow } from './room-order.ts';
import { unban } from './unban.ts';
import { unmute } from './unmute.ts';
import type { MODERATION_FROM_CLIENT } from '#wire/schemas/moderation';

export const MODERATION_COMMANDS: CommandTable<keyof typeof MODERATION_FROM_CLIENT> = {
  mute,
  unmute,
  kick,
  ban,
  unban,
  bans,
  lock,
  slow,
  appoint,
};
