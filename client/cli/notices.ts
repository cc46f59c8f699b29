/** Everything besides messages that is worth a line for a person. */
import type { ChatEvent } from '#client/chat-client';
import type { ClientState } from '#client/supervisor';
import { type Colors, clean, roomLabel } from './format.ts';

/** What is worth a line besides messages, or `undefined`. */
export function noticeLine(event: ChatEvent, colors: Colors): string | undefined {
  switch (event.type) {
    case 'member_joined':
      return colors.dim(`* ${clean(event.name)} came into ${roomLabel(event.room)} over ${clean(event.via)}`);
    case 'member_left':
      return colors.dim(`* ${clean(event.name)} left ${roomLabel(event.room)}`);
    case 'joined':
      return event.resumed ? undefined : colors.dim(`* you are ${clean(event.name)} in ${company(event)}`);
    case 'left':
      return event.reason
        ? colors.yellow(`! no longer in ${roomLabel(event.room)}: ${clean(event.reason.message)}`)
        : colors.dim(`* you left ${roomLabel(event.room)}`);
    case 'edited':
      return colors.dim(
        `* ·${event.id} ${roomLabel(event.room)} changed by ${clean(event.by)}: ${clean(event.text)}`,
      );
    case 'deleted':
      return colors.dim(`* ·${event.id} ${roomLabel(event.room)} deleted by ${clean(event.by)}`);
    case 'presence':
      return colors.dim(`* ${clean(event.name)} is ${event.state === 'away' ? 'away' : 'here again'}`);
    case 'invited':
      return colors.green(
        `* ${clean(event.by)} lets you into #${clean(event.room)}: /join ${clean(event.room)}`,
      );
    case 'notice':
      return colors.yellow(`* ${clean(event.text)}`);
    case 'unread':
      return unreadLine(event, colors);
    case 'auth_required':
      return colors.dim(`* ${clean(event.text)}`);
    case 'logged_in':
      return colors.green(`* logged in as ${clean(event.name)} (${event.role})`);
    case 'complaint':
      return colors.yellow(`! the server refused something: ${clean(event.refusal.message)}`);
    case 'lagged':
      return colors.yellow(`! ${event.dropped} events were skipped because the output is too slow`);
    case 'state':
      return stateLine(event, colors);
    default:
      return undefined;
  }
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

/** The first time in full; after that only that it goes on. */
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
  const shown = members.slice(0, 10).map(clean).join(', ');
  return `#${clean(room)}: ${shown}${count > 10 ? ` and ${count - 10} more` : ''}`;
}
