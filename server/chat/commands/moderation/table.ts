/** Moderation: mutes, bans, and changes of rooms and roles. */
import { type Command, type CommandTable, withoutUndefined } from '../command.ts';
import { appoint } from './appoint.ts';
import { ban } from './ban.ts';
import { bans } from './bans.ts';
import { kick } from './kick.ts';
import { mute } from './mute.ts';
import { lock, slow } from './lock-and-slow.ts';
import { unban } from './unban.ts';
import { unmute } from './unmute.ts';
import { LIMITS } from '#protocol/limits';
import type { MODERATION_FROM_CLIENT } from '#protocol/schemas/moderation';
import { cleanText } from '#protocol/text';

export const MODERATION_COMMANDS: CommandTable<keyof typeof MODERATION_FROM_CLIENT> = {
  mute: withReason(mute),
  unmute,
  kick: withReason(kick),
  ban: withReason(ban),
  unban,
  bans,
  lock,
  slow,
  appoint,
};

/** Others see the reason within a sentence, so it is cleaned like the text of a message and kept on one line. */
function withReason<M extends { readonly reason?: string | undefined }>(command: Command<M>): Command<M> {
  return (context, message) => {
    if (message.reason === undefined) return command(context, message);
    const reason = cleanText(message.reason, LIMITS.reason).replace(/\s+/gu, ' ').trim();
    return command(context, withoutUndefined({ ...message, reason: reason === '' ? undefined : reason }));
  };
}
