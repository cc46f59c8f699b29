/** `ban`: keeps an account, a guest's name or an address out. Connections concerned are closed at once. */
import { impose } from './impose.ts';
import { announce, because, lasting } from './notice.ts';
import { withLesser } from './whom.ts';
import { cleanRange } from '../../addresses.ts';
import { putOff } from '../accounts/ending.ts';
import { type Command, type Context, audit, done, withoutUndefined, refuse } from '../command.ts';
import { outranks } from '../ranks.ts';
import type { Effect, Peer } from '../../effects.ts';
import type { Standing } from '../../standing.ts';
import { concerns, suspectOf } from '../../sanctions.ts';
import { type Session, roleOf } from '../../sessions.ts';
import { isIn, parseRange } from '#protocol/addresses';
import type { ErrorCode } from '#protocol/errors';
import type { Client } from '#protocol/messages';
import { nameKey } from '#protocol/names';

type Ban = Client<'ban'>;

export const ban: Command<Ban> = (context, message) => {
  const { session } = context;
  const { name, ref } = message;
  const address = message.address === undefined ? undefined : cleanRange(message.address.trim());
  if (address === undefined && (message.address !== undefined || name === undefined))
    return refuse(session, 'bad_address', withoutUndefined({ ref, got: message.address }));
  const code = address === undefined ? undefined : objectionTo(context, address);
  if (code) return refuse(session, code, withoutUndefined({ ref, got: address, expected: OTHERS }));
  if (name === undefined) return settle(context, message, undefined, address);
  return withLesser(context, { name, ref }, (person, found) => settle(found, message, person, address));
};

const OTHERS = 'an address that is used neither by you nor by anyone of your rank or above';

/** The asker must not shut itself out, nor anyone that it could not ban by name. */
function objectionTo({ state, session }: Context, address: string): ErrorCode | undefined {
  if (session.operator) return undefined;
  const range = parseRange(address);
  const isThere = ({ ip }: Session) => ip !== undefined && range !== undefined && isIn(ip, range);
  if (isThere(session)) return 'bad_address';
  const shielded = [...state.sessions.values()].some(
    (one) => isThere(one) && !outranks(session, roleOf(one) ?? 'guest'),
  );
  return shielded ? 'outranked' : undefined;
}

function settle(
  context: Context,
  { seconds, reason, ref }: Ban,
  person: Peer | undefined,
  address: string | undefined,
): Effect[] {
  const { author, name } = person ?? {};
  const key = name === undefined ? undefined : nameKey(name);
  const order = { kind: 'ban', author, name, key, address, room: undefined, reason } as const;
  return impose(context, order, { ref, seconds }, (sanction, then) => {
    const subject = [name, address].filter((one) => one !== undefined).join(' and ');
    // Only moderators may see addresses.
    const did = `banned ${name ?? 'an address'}${lasting(seconds)}`;
    const lines = concerned(then, sanction);
    return [
      audit(then, 'moderation.banned', {
        subject,
        detail: because(lasting(seconds).trim() || 'until lifted', reason),
      }),
      announce(then, { event: 'banned', did, person, reason, until: sanction.until }),
      ...lines.flatMap((line) =>
        putOff(then.state, line, then.now, 'banned', withoutUndefined({ got: reason })),
      ),
      done(then.session, 'ban', ref, `You ${did}.`),
    ];
  });
}

/** Open connections that the ban applies to. One of a higher rank that has come in the meantime stays. */
function concerned({ state, session }: Context, sanction: Standing): Session[] {
  return [...state.sessions.values()].filter(
    (one) =>
      one !== session && concerns(sanction, suspectOf(one)) && outranks(session, roleOf(one) ?? 'guest'),
  );
}
