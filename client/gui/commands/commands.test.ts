/** The commands of the composer: the same as those of the terminal, and what is offered while one is typed. */
import { describe, expect, it } from 'vitest';
import { SLASH_COMMANDS } from '#client-cli/slash/slash';
import type { CommandContext } from './command.ts';
import { COMMANDS, isCommand, offersFor, runCommand } from './commands.ts';

const KNOWN = { rooms: ['lobby', 'labs'], members: ['Ana', 'Bo'] };
const words = (line: string): string[] => offersFor(line, KNOWN).map(({ word }) => word);

describe('the commands', () => {
  it('have the names of those in the terminal', () => {
    const names = (rows: readonly { name: string; aliases?: readonly string[] }[]) =>
      rows.flatMap(({ name, aliases = [] }) => [name, ...aliases]).sort();
    expect(names(COMMANDS)).toEqual(names(SLASH_COMMANDS));
  });

  it('begin with one slash', () => {
    expect(['/help', '//help', 'help', ' /help'].map(isCommand)).toEqual([true, false, false, false]);
  });

  it.each([
    ['/nothing', 'There is no command /nothing'],
    ['/msg', '/msg NAME'],
    ['/edit x better', 'not the number of a message'],
    ['/mute Ana', 'a duration is'],
    ['/appoint Ana king', 'roles are user, moderator, admin'],
  ])('say what is wrong with %s', async (line, problem) => {
    await expect(runCommand(line, {} as CommandContext)).rejects.toThrow(problem);
  });
});

describe('what is offered', () => {
  it.each([
    ['/mu', ['/mute']],
    ['/join l', ['lobby', 'labs']],
    ['/join #la', ['#labs']],
    ['/mute a', ['Ana']],
    ['/wire tls', ['tls+psk']],
    ['/appoint Ana m', ['moderator']],
    ['hello @b', ['@Bo']],
    ['hello @', []],
    ['//mu', []],
    ['/mute Ana 10m because @b', ['@Bo']],
  ])('after %j', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });
});
