/** `bans`: the bans and mutes in force; if they do not all fit in a frame, the newest ones. */
import { type Command, withoutUndefined, reply } from '../command.ts';
import { inForce } from '../../sanctions.ts';
import { utf8 } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';
import type { Client, Server } from '#protocol/messages';

type Row = Server<'bans'>['bans'][number];

export const bans: Command<Client<'bans'>> = ({ state, session, now }, { ref }) => {
  const rows = inForce(state, now)
    .sort((a, b) => b.ts - a.ts)
    .map(({ kind, name, address: range, room, by, reason, ts, ends }): Row => {
      // A mute has an address that nobody asked for: it is the member's.
      const address = kind === 'ban' ? range : undefined;
      // By the current clock, which may have been set since.
      const until = ends === undefined ? undefined : Math.round(ends - state.steady(now) + now);
      return withoutUndefined({ kind, name, address, room, by, reason, ts, until });
    });
  return [reply(session, withoutUndefined({ type: 'bans' as const, ref, bans: fitting(rows) }))];
};

function fitting(rows: readonly Row[]): Row[] {
  let size = 0;
  const end = rows.findIndex((row) => {
    size += utf8(JSON.stringify(row)).length;
    return size > LIMITS.historyPageBytes;
  });
  return rows.slice(0, end === -1 ? rows.length : end);
}
