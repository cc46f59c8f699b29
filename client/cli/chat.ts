/** `wireglass chat`: the terminal client. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES } from '#protocol/messages';
import { DEFAULT_SUITE, SUITE_NAMES, WEAK_SUITES } from '#channel/psk/suites';
import type { ChatFlags } from './settings.ts';
import { DEFAULT_DATA } from '#data-folder/paths';

const HELP = `
On a terminal: type a message and press Enter. /help lists the commands, Tab completes, Ctrl-C leaves. /reply, /edit and
/delete take the number shown before a message. Passwords are asked for and not shown. A login is stored for the next
start, in the file given with --logins (or else WIREGLASS_LOGINS, or else ~/.config/wireglass/logins.json); --guest and
--name ignore it.

When standard input is piped, each line is sent as a message. Messages from others are printed one per line, and notices
go to standard error. At the end of input the client waits until the last message is acknowledged, and exits with 0. A
script logs in with --login NAME, using a stored login or the password in the file given with --password-file (or else
WIREGLASS_PASSWORD_FILE), which only its owner may read.

With --json each line of output is an object with a type:
  state          wire, host, port, state (connecting, open, login, waiting, closed) and, if there is one, error
                 {code, message}; login: connected, but nobody is logged in
  auth_required  mode (optional, required), allowed (whether passwords are accepted on this wire), register, text
  logged_in      name, role, session, expires (milliseconds since 1970), second_factor
  joined, left   room; joined also name, members, count, resumed, and more_changed (true) if more was changed in the
                 meantime than is reported; left also reason {code, message}, if there is one
  message        id, room (@name: a private conversation), from, account (true; absent for a guest), text,
                 ts (milliseconds since 1970), via (wire), replay (from history), own; and reply_to, edited, deleted
                 where they apply
  sent           id, ref, room, ts: a message from this client is stored
  edited, deleted   room, id, by; edited also text, edited (milliseconds since 1970); after a lost connection also for
                 changes in the meantime
  unread         rooms [{room, unread, read, last}]: after a login, what was said since the read markers
  invited        room, by
  notice         event (muted, kicked, locked, role, …), by, text and the fields of the event
  member_joined, member_left, presence, typing   name, and room or state
  members_changed   room, joined_count, left_count, count: so many came and went at once that they are not named
  renamed        name, now, and you (true) if it is this guest: its name became that of an account
  welcome, complaint, lagged   the server's greeting; a refusal; events lost because the output is slow

The shared key of the psk wires comes from --psk-file or WIREGLASS_PSK=id:hex. Neither keys nor passwords are given on
the command line. Some suites of the psk wires exist to be broken in a lesson. They work with a server
on this machine that was started with --weak-suites; beyond it, client and server both need --weak-suites-on-lan:
${WEAK_SUITES.map(({ name, weak }) => `  ${name}: ${weak}`).join('\n')}`;

export function register(program: Command): void {
  program
    .command('chat')
    .description('chat from a terminal or a script, over any wire')
    .addOption(new Option('--wire <name>', 'which wire').choices(WIRE_NAMES).default('tls'))
    .option('--host <host>', 'where the server is (default: this machine)')
    .option(
      '--port <number>',
      'its port (default: that of the server running on the data folder, else 5555 to 5558, depending on the wire)',
      parsePort,
    )
    .option('--name <name>', 'your name (default: the server assigns one)')
    .option('--room <room>', 'the room to enter (default: the lobby)')
    .option(
      '--ca <file>',
      'CA certificate to check the server against (default: certs/ca.pem in the data folder)',
    )
    .option('--psk-file <file>', 'shared key of the psk wires (default: psk.keys in the data folder)')
    .addOption(
      new Option('--suite <name>', `suite of the psk wires (default: ${DEFAULT_SUITE.name})`).choices(
        SUITE_NAMES,
      ),
    )
    .option('--weak-suites-on-lan', 'use a weak suite with a server on another machine, too')
    .option('--data <dir>', "the workbench's data folder", DEFAULT_DATA)
    .option(
      '--history <count>',
      `messages to show first, 0 to ${LIMITS.historyPage} (default: 20, in a pipe 0)`,
      parseCount,
    )
    .option(
      '--pad <bytes>',
      `fill each message up to a multiple of so many bytes, at most ${LIMITS.framePayload}, so that its length says less`,
      parsePad,
    )
    .option('--login <name>', 'log in to this account')
    .option('--guest', 'talk as a guest, and ignore stored logins')
    .option('--password-file <file>', 'file with the password, for scripts (0600)')
    .option('--plain-login', 'log in even on the plain wire, where anyone on the path can read the password')
    .option('--logins <file>', 'file in which logins are stored')
    .option('--quiet', 'tell nobody that you are typing; hide who comes and goes')
    .option('--json', 'print events as JSON, one object per line')
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

function parsePad(text: string): number {
  return parseWhole(text, 1, LIMITS.framePayload);
}

function parseCount(text: string): number {
  return parseWhole(text, 0, LIMITS.historyPage);
}

function parseWhole(text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
}
