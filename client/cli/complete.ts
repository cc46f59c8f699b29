/** Tab completion: commands, rooms, members, wires, roles. */
import type { ChatClient } from '#client/chat-client';
import { WIRE_NAMES } from '#protocol/messages';
import { ACCOUNT_ROLES } from '#protocol/roles';
import { clean } from './format.ts';
import type { Completes } from './slash/command.ts';
import { SLASH_COMMANDS } from './slash/slash.ts';

/** Where names to complete come from: the client, and rooms that were seen elsewhere. */
export interface Surroundings {
  readonly client: Pick<ChatClient, 'members' | 'name' | 'joinedRooms'>;
  readonly rooms: Iterable<string>;
}

/** Candidates for the last word of the line, and that word. */
export function complete(line: string, surroundings: Surroundings): [string[], string] {
  const word = /\S*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  if (before === '' && word.startsWith('/'))
    return [
      starting(
        SLASH_COMMANDS.map(({ name }) => `/${name} `),
        word,
      ),
      word,
    ];
  const command = /^\/(\S+)\s/.exec(before)?.[1]?.toLowerCase();
  if (command !== undefined) return [inCommand(command, before, word, surroundings), word];
  if (word === '') return [[], word];
  if (word.startsWith('#')) return [roomsFor(word, surroundings), word];
  const sign = word.startsWith('@') ? '@' : '';
  const found = starting(names(surroundings), word.slice(sign.length));
  return [found.map((name) => (before === '' && sign === '' ? `${name}: ` : `${sign}${name} `)), word];
}

function inCommand(name: string, before: string, word: string, surroundings: Surroundings): string[] {
  const row = SLASH_COMMANDS.find((candidate) => candidate.name === name);
  const kinds = row?.completes ?? [];
  const at = before.trim().split(/\s+/).length - 1;
  const kind = kinds[Math.min(at, kinds.length - 1)];
  // After the last argument there can only be free text, in which names may occur.
  if (kind === undefined || (at >= kinds.length && kind !== 'members')) return [];
  return candidates(kind, word, surroundings);
}

function candidates(kind: Completes, word: string, surroundings: Surroundings): string[] {
  const sign = word.startsWith('@') ? '@' : '';
  switch (kind) {
    case 'rooms':
      return sign === '@'
        ? starting(names(surroundings), word.slice(1)).map((name) => `@${name} `)
        : roomsFor(word, surroundings);
    case 'members':
      return starting(names(surroundings), word.slice(sign.length)).map((name) => `${sign}${name} `);
    case 'wires':
      return starting(WIRE_NAMES, word);
    case 'roles':
      return starting(ACCOUNT_ROLES, word);
    case 'commands':
      return starting(
        SLASH_COMMANDS.map(({ name }) => name),
        word.replace(/^\//, ''),
      );
    default:
      return starting(kind, word);
  }
}

function roomsFor(word: string, { client, rooms }: Surroundings): string[] {
  const sign = word.startsWith('#') ? '#' : '';
  const known = [...new Set([...client.joinedRooms, ...rooms])].filter((room) => !room.startsWith('@'));
  return starting(known.map(clean), word.slice(sign.length)).map((room) => `${sign}${room}`);
}

function names({ client, rooms }: Surroundings): string[] {
  const peers = [...rooms].filter((room) => room.startsWith('@')).map((room) => room.slice(1));
  const all = [...client.members().names, ...peers].filter((name) => name !== client.name).map(clean);
  return [...new Map(all.map((name) => [name.toLowerCase(), name])).values()];
}

function starting(words: readonly string[], word: string): string[] {
  return words.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
}
