/** Events as lines for a person, and as JSON for a program. */
import { stripVTControlCharacters } from 'node:util';
import type pc from 'picocolors';
import type { ChatClient } from '#client/chat-client';
import { ChatError } from '#client/errors';
import type { Said } from '#session/events';

export type Colors = ReturnType<typeof pc.createColors>;

/**
 * Text from others, made harmless for a terminal and kept to one line: no escape sequences, no control characters
 * (C0, C1), and no characters that change the direction of writing, which can make a text look like another.
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

/** Local hours, minutes and seconds; also the date if it is not today. */
export function clock(ts: number, now = Date.now()): string {
  const time = new Date(ts);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  if (time.toDateString() === new Date(now).toDateString()) return hours;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${hours}`;
}

export interface LineOptions {
  /** Shows the number of the message, for /reply, /edit and /delete. */
  readonly ids?: boolean;
  /** Marks messages from guests, since anyone can be a guest: on servers that have accounts. */
  readonly marksGuests?: boolean;
  /** The user's name, highlighted where it is mentioned. */
  readonly me?: string | undefined;
}

export type Line = Pick<Said, 'room' | 'from' | 'text' | 'ts' | 'id'> &
  Partial<Pick<Said, 'account' | 'reply_to' | 'edited' | 'deleted'>>;

export function messageLine(
  message: Line,
  colors: Colors,
  { ids = false, marksGuests = false, me }: LineOptions = {},
): string {
  const { ts, room, from, account, id, reply_to, edited, deleted } = message;
  const guest = marksGuests && !account ? colors.dim(' (guest)') : '';
  const parts = [
    colors.dim(clock(ts)),
    ids && colors.dim(`·${id}`),
    colors.dim(roomLabel(room)),
    `${colorName(from, colors)}${guest}:`,
    reply_to !== undefined && colors.dim(`↳·${reply_to}`),
    deleted ? colors.dim('(deleted)') : highlight(clean(message.text), me, colors),
    edited !== undefined && !deleted && colors.dim('(edited)'),
  ];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** How this client shows messages. */
export function lineOptions({ auth }: Pick<ChatClient, 'auth'>): LineOptions {
  return { ids: true, marksGuests: auth !== undefined };
}

/** The server's name for a conversation with a guest whose name it no longer knows. */
const FORGOTTEN = '@?';

export function roomLabel(room: string): string {
  if (room === FORGOTTEN) return 'a private conversation';
  return room.startsWith('@') ? clean(room) : `#${clean(room)}`;
}

/** Highlights the name where it is a whole word, whatever the case. */
function highlight(text: string, me: string | undefined, colors: Colors): string {
  return me === undefined ? text : text.replace(mentionOf(me), (name) => colors.inverse(name));
}

function mentionOf(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'giu');
}

/** One line of JSON. Control characters that JSON does not escape are escaped, since a terminal may obey them. */
export function jsonLine(event: object): string {
  return JSON.stringify(event, (_, value: unknown) =>
    value instanceof ChatError ? { code: value.code, message: value.message } : value,
  ).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
