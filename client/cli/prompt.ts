/** The prompt: the user's name, the room, the wire, what is unread elsewhere, and who is typing. */
import type { ChatClient } from '#client/chat-client';
import { type Colors, clean, roomLabel } from './format.ts';

/** How many rooms and typing members are named; the others are counted. */
const NAMED = 2;

export function promptText(
  { name, room, wire, state }: Pick<ChatClient, 'name' | 'room' | 'wire' | 'state'>,
  unread: readonly (readonly [room: string, count: number])[],
  typing: readonly string[],
  colors: Colors,
): string {
  const who = state === 'open' ? clean(name ?? '') : state === 'login' ? 'not logged in' : state;
  const color = state === 'open' ? colors.green : colors.yellow;
  const parts = [
    color(who),
    colors.dim(`${roomLabel(room)} ${wire}`),
    unread.length > 0 && colors.yellow(`[${listed(unread.map(([where, n]) => `${roomLabel(where)} ${n}`))}]`),
    typing.length > 0 && colors.dim(`(${listed(typing.map(clean))} typing)`),
    colors.bold('›'),
  ];
  return `${parts.filter((part) => typeof part === 'string').join(' ')} `;
}

function listed(items: readonly string[]): string {
  const rest = items.length - NAMED;
  return [...items.slice(0, NAMED), ...(rest > 0 ? [`+${rest}`] : [])].join(', ');
}
