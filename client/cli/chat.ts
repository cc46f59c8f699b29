/** `wireglass chat`: the terminal client. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LIMITS } from '#wire/limits';
import { WIRE_NAMES } from '#wire/messages';
import type { ChatFlags } from './settings.ts';
import { DEFAULT_DATA } from '#client/data-paths';

const HELP = `
On a terminal: type and press Enter; /help lists the commands, Tab completes, Ctrl-C leaves.

With standard input piped each line is sent as a message. Messages of others are printed one a line, notices go to
standard error. At the end of input it waits until the last message is acknowledged, and exits 0.

With --json each line of output is an object with a type:
  state          wire, host, port, state (connecting, open, waiting, closed) and, where there is one, error {code, message}
  joined, left   room; joined also name, members, count, resumed
  message        id, room, from, text, ts (milliseconds since 1970), via (wire), replay (from history), own
  sent           id, ref, room, ts: a message of ours is stored
  member_joined, member_left   room, name
  welcome, complaint, lagged   the server's greeting; a refusal; events lost because the output is slow

The shared key of the psk wires comes from --psk-file, or WIREGLASS_PSK=id:hex, never from the command line.`;

export function register(program: Command): void {
  program
    .command('chat')
    .description('chat from a terminal or a script, over any wire')
    .addOption(new Option('--wire <name>', 'which wire').choices(WIRE_NAMES).default('tls'))
    .option('--host <host>', 'where the server is (default: this machine)')
    .option(
      '--port <number>',
      'its port (default: that of the server that runs on the data folder, else 5555 to 5558 by wire)',
      parsePort,
    )
    .option('--name <name>', 'your name (default: the server gives one)')
    .option('--room <room>', 'the room to enter (default: the lobby)')
    .option(
      '--ca <file>',
      'CA certificate to check the server against (default: certs/ca.pem in the data folder)',
    )
    .option('--psk-file <file>', 'shared key of the psk wires (default: psk.keys in the data folder)')
    .option('--data <dir>', "the workbench's data folder", DEFAULT_DATA)
    .option(
      '--history <count>',
      `messages to show first, 0 to ${LIMITS.historyPage} (default: 20, piped 0)`,
      parseCount,
    )
    .option('--json', 'print events as JSON, one object a line')
    .addHelpText('after', HELP)
    .action(async (flags: ChatFlags) => {
      // Loaded on demand: the other commands start faster without the client.
      const { runChat } = await import('./run-chat.ts');
      process.exitCode = await runChat(flags);
    });
}

function parsePort(text: string): number {
  return parseWhole(text, 1, 65_535);
}

function parseCount(text: string): number {
  return parseWhole(text, 0, LIMITS.historyPage);
}

function parseWhole(text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
}
