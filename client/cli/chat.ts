/** `wireglass chat`: the terminal client. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LIMITS } from '#wire/limits';
import { WIRE_NAMES } from '#wire/messages';
import type { ChatFlags } from './settings.ts';
import { DEFAULT_DATA } from '#client/data-paths';

const HELP = `
On a terminal: type and press Enter; /help lists the commands, Tab completes, Ctrl-C leaves. The number before a
message is what /reply, /edit and /delete take. Passwords are asked for and do not show. A login is kept for the next
start, in the file that --logins names (else WIREGLASS_LOGINS, else ~/.config/wireglass/logins.json); --guest or --name
goes without it.

With standard input piped each line is sent as a message. Messages of others are printed one a line, notices go to
standard error. At the end of input it waits until the last message is acknowledged, and exits 0. A script logs in
with --login NAME, by an earlier login that was kept or by the password in the file of --password-file (else
WIREGLASS_PASSWORD_FILE), which only its owner may read.

With --json each line of output is an object with a type:
  state          wire, host, port, state (connecting, open, login, waiting, closed) and, where there is one, error
                 {code, message}; login: nobody is here until a login
  auth_required  mode (optional, required), allowed (whether passwords are taken on this wire), register, text
  logged_in      name, role, session, expires (milliseconds since 1970), second_factor
  joined, left   room; joined also name, members, count, resumed, and more_changed (true) where more was changed
                 meanwhile than is told; left where there is one reason {code, message}
  message        id, room (@name: a private conversation), from, account (true; a guest has none), text, ts (milliseconds since 1970), via (wire), replay
                 (from history), own; and reply_to, edited, deleted where they apply
  sent           id, ref, room, ts: a message of ours is stored
  edited, deleted   room, id, by; edited also text, edited (milliseconds since 1970); after a lost connection what was
                 changed meanwhile comes, too
  unread         rooms [{room, unread, read, last}]: after a login, what was said since the read markers
  invited        room, by
  notice         event (muted, kicked, locked, role, …), by, text and what belongs to it
  member_joined, member_left, presence, typing   name, and room or state
  renamed        name, now, and you (true) where it is this guest: its name became that of an account
  welcome, complaint, lagged   the server's greeting; a refusal; events lost because the output is slow

The shared key of the psk wires comes from --psk-file, or WIREGLASS_PSK=id:hex; neither keys nor passwords come from
the command line.`;

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
    .option('--login <name>', 'log in to this account')
    .option('--guest', 'talk as a guest, whatever login was kept')
    .option('--password-file <file>', 'where a script has the password (0600)')
    .option('--plain-login', 'log in on the plain wire too, where everybody in between can read it')
    .option('--logins <file>', 'where logins are kept')
    .option('--quiet', 'tell nobody that you are typing; hide who comes and goes')
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
