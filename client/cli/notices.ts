/** Lines for all events other than messages that a person should see. */
import type { ChatEvent } from '#client/chat-client';
import type { ClientState } from '#client/connect/supervisor';
import { counted } from '#protocol/shown';
import { type Colors, clean, roomLabel } from './format.ts';

type EventOf<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;
type Rows = {
  readonly [T in ChatEvent['type']]?: (event: EventOf<T>, colors: Colors) => string | undefined;
};

const LINES: Rows = {
  member_joined: ({ name, room, via }, { dim }) =>
    dim(`* ${clean(name)} joined ${roomLabel(room)} over ${clean(via)}`),
  member_left: ({ name, room }, { dim }) => dim(`* ${clean(name)} left ${roomLabel(room)}`),
  members_changed: ({ room, count, joined_count = 0, left_count = 0 }, { dim }) =>
    dim(`* ${roomLabel(room)}: ${joined_count} joined, ${left_count} left; ${counted(count, 'member')}`),
  renamed: ({ name, now, you }, { dim, yellow }) =>
    you
      ? yellow(`! you are now called ${clean(now)}: ${clean(name)} has become the name of an account`)
      : dim(
          `* the guest ${clean(name)} is now called ${clean(now)}: ${clean(name)} has become the name of an account`,
        ),
  joined: (event, { dim, yellow }) => {
    if (event.more_changed)
      return yellow(
        `! more was changed in ${roomLabel(event.room)} than can be listed here; /history shows the current state`,
      );
    return event.resumed ? undefined : dim(`* you are ${clean(event.name)} in ${company(event)}`);
  },
  left: ({ room, reason }, { dim, yellow }) =>
    reason
      ? yellow(`! no longer in ${roomLabel(room)}: ${clean(reason.message)}`)
      : dim(`* you left ${roomLabel(room)}`),
  edited: ({ id, room, by, text }, { dim }) =>
    dim(`* ·${id} ${roomLabel(room)} edited by ${clean(by)}: ${clean(text)}`),
  deleted: ({ id, room, by }, { dim }) => dim(`* ·${id} ${roomLabel(room)} deleted by ${clean(by)}`),
  presence: ({ name, state }, { dim }) => dim(`* ${clean(name)} is ${state === 'away' ? 'away' : 'back'}`),
  invited: ({ room, by }, { green }) =>
    green(`* ${clean(by)} invites you to ${roomLabel(room)}: /join ${clean(room)}`),
  notice: ({ text }, { yellow }) => yellow(`* ${clean(text)}`),
  unread: unreadLine,
  auth_required: ({ text }, { dim }) => dim(`* ${clean(text)}`),
  logged_in: ({ name, role }, { green }) => green(`* logged in as ${clean(name)} (${role})`),
  complaint: ({ refusal }, { yellow }) => yellow(`! ${clean(refusal.message)}`),
  lagged: ({ dropped }, { yellow }) =>
    yellow(`! ${dropped} events were skipped because the output is too slow`),
  state: stateLine,
};

/** The line for an event, or `undefined` if it has none. */
export function noticeLine(event: ChatEvent, colors: Colors): string | undefined {
  // Each row takes the event of its own type, which the compiler cannot see through the index.
  const row = LINES[event.type] as ((event: ChatEvent, colors: Colors) => string | undefined) | undefined;
  return row?.(event, colors);
}

function stateLine(event: Extract<ChatEvent, { type: 'state' }>, colors: Colors): string | undefined {
  const place = `${event.host}:${event.port}`;
  switch (event.state) {
    case 'open':
      return colors.green(
        `* ${event.resumed ? 'resumed' : 'connected'}: ${event.wire} wire to ${place} (${event.protection})`,
      );
    case 'waiting':
      return colors.yellow(`! ${waiting(event)}`);
    case 'connecting':
      return event.attempt === 0 ? colors.dim(`* connecting: ${event.wire} wire to ${place}`) : undefined;
    case 'login':
      return colors.yellow(
        `! ${event.error ? `${clean(event.error.message)} ` : ''}Nobody is logged in: /login NAME.`,
      );
    case 'closed':
    case 'idle':
      return undefined;
  }
}

function unreadLine({ rooms }: Extract<ChatEvent, { type: 'unread' }>, colors: Colors): string | undefined {
  const rows = rooms.filter(({ unread }) => unread > 0);
  if (rows.length === 0) return undefined;
  return colors.yellow(
    `* unread: ${rows.map(({ room, unread }) => `${roomLabel(room)} ${unread}`).join(', ')}`,
  );
}

/** The first time the error in full; after that only that there is still no connection. */
function waiting({ attempt, delay, error }: Extract<ClientState, { state: 'waiting' }>): string {
  const next = `next attempt (${attempt}) in ${(delay / 1000).toFixed(1)} s`;
  if (attempt > 1) return `still no connection (${error.code}); ${next}`;
  return `${clean(error.message)} What you write is kept; ${next}.`;
}

function company({
  room,
  members,
  count,
}: {
  room: string;
  members: readonly string[];
  count: number;
}): string {
  if (members.length === 0) return `#${clean(room)}: ${counted(count, 'member')}`;
  const shown = members.slice(0, 10).map(clean).join(', ');
  return `#${clean(room)}: ${shown}${count > 10 ? ` and ${count - 10} more` : ''}`;
}
