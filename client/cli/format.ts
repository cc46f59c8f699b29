/** Events as lines for a person, and as JSON for a program. */
import { stripVTControlCharacters } from 'node:util';
import type pc from 'picocolors';
import type { ChatEvent } from '#client/chat-client';
import { ChatError } from '#client/errors';
import type { ClientState } from '#client/supervisor';
import type { Said } from '#session/events';

export type Colors = ReturnType<typeof pc.createColors>;

/**
 * Text of others, made harmless for a terminal and kept to one line: no escape sequences, no control characters
 * (C0, C1), and none that reverse the direction of writing, with which a text can be made to look like another.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n|[\r\n\u2028\u2029]/g, ' ⏎ ')
    .replace(/\t/g, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}

const NAME_COLORS = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'red'] as const;

/** The same colour for the same name, everywhere. */
export function colorName(name: string, colors: Colors): string {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return colors[NAME_COLORS[hash % NAME_COLORS.length] as (typeof NAME_COLORS)[number]](clean(name));
}

/** Hours, minutes and seconds here; the day too when it was another. */
export function clock(ts: number, now = Date.now()): string {
  const time = new Date(ts);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  if (time.toDateString() === new Date(now).toDateString()) return hours;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${hours}`;
}

export function messageLine(
  { ts, room, from, text }: Omit<Said, 'via' | 'id' | 'replay' | 'own'>,
  colors: Colors,
): string {
  return `${colors.dim(clock(ts))} ${colors.dim(`#${clean(room)}`)} ${colorName(from, colors)}: ${clean(text)}`;
}

/** What is worth a line besides messages, or `undefined`. */
export function noticeLine(event: ChatEvent, colors: Colors): string | undefined {
  switch (event.type) {
    case 'member_joined':
      return colors.dim(`* ${clean(event.name)} came into #${clean(event.room)} over ${clean(event.via)}`);
    case 'member_left':
      return colors.dim(`* ${clean(event.name)} left #${clean(event.room)}`);
    case 'joined':
      return event.resumed ? undefined : colors.dim(`* you are ${clean(event.name)} in ${company(event)}`);
    case 'left':
      return event.reason
        ? colors.yellow(`! no longer in #${clean(event.room)}: ${clean(event.reason.message)}`)
        : colors.dim(`* you left #${clean(event.room)}`);
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
    case 'closed':
    case 'idle':
      return undefined;
  }
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

/** One line of JSON. Control characters that JSON leaves as they are become escapes: a terminal may obey them. */
export function jsonLine(event: object): string {
  return JSON.stringify(event, (_, value: unknown) =>
    value instanceof ChatError ? { code: value.code, message: value.message } : value,
  ).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
