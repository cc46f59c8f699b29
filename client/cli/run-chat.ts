/** Runs `wireglass chat` once its flags are read. */
import { suiteByName, suiteTitle } from '#channel/psk/suites';
import { printableLines } from '#protocol/shown';
import { channelsOf, wireByName } from '#protocol/wires';
import { ChatClient } from '#client/chat-client';
import { runInteractive } from './interactive.ts';
import { runPiped } from './piped.ts';
import { type ChatFlags, UsageError, readLogins, readPassword, targetFor } from './settings.ts';

const HISTORY_ON_TERMINAL = 20;

/** Resolves with the exit code: 0 for success, 1 for a failure on the way, 2 for a mistake in the call. */
export async function runChat(flags: ChatFlags): Promise<number> {
  const interactive = process.stdin.isTTY && process.stdout.isTTY && !flags.json;
  const target = (wire: ChatFlags['wire'], port: number | undefined) => targetFor(wire, port, flags, warn);
  try {
    checkSuite(flags);
    const first = await target(flags.wire, flags.port);
    const { store, known } = await readLogins(first, flags, warn);
    const { login, plainLogin: confirmPlain = false } = flags;
    const client = new ChatClient({
      ...first,
      name: flags.name,
      room: flags.room,
      historyLimit: flags.history ?? (interactive ? HISTORY_ON_TERMINAL : 0),
      padTo: flags.pad,
      onLogin: 'wait',
      login: known,
      loginFirst: login !== undefined,
      logins: store,
      confirmPlain,
    });
    if (interactive)
      return await runInteractive(client, {
        targetFor: target,
        login,
        known: known !== undefined,
        quiet: flags.quiet ?? false,
      });
    const account = login === undefined ? undefined : { account: login, password: () => readPassword(flags) };
    return await runPiped(client, { json: flags.json ?? false, login: account, confirmPlain });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`wireglass chat: ${printableLines(error.message)}\n`);
    return 2;
  }
}

/** Throws `UsageError` when something is asked for about a suite that there is not. Says if the suite is weak. */
function checkSuite({ suite: name, weakSuitesOnLan, wire }: ChatFlags): void {
  const suite = name && suiteByName(name);
  if (weakSuitesOnLan && !(suite && suite.weak !== undefined))
    throw new UsageError('--weak-suites-on-lan is for a weak suite: name one with --suite');
  if (!suite) return;
  if (!channelsOf(wireByName(wire)).includes('psk'))
    throw new UsageError(`--suite is for the psk wires: the ${wire} wire has no suites of its own`);
  if (suite.weak !== undefined) warn(`the suite is ${suiteTitle(suite)}`);
}

function warn(text: string): void {
  process.stderr.write(`wireglass chat: ${printableLines(text)}\n`);
}
