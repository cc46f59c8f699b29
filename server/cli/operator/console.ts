/** `wireglass console`: a link that opens the console of the running server, once. */
import type { Command } from 'commander';
import { type DataFlags, settingsOf, withDataOptions } from './flags.ts';
import { formatSpan } from './format.ts';
import { printFacts } from './output.ts';
import { runningServer } from './remote.ts';

export function register(program: Command): void {
  withDataOptions(program.command('console'))
    .description('print a link that opens the console, the page on which an operator runs the server')
    .action(async (flags: DataFlags) => {
      const { data } = await settingsOf(flags);
      const link = await (await runningServer(data)).consoleLink();
      const time = formatSpan(Math.max(0, link.until - Date.now()) + 999);
      printFacts(
        link,
        [
          ['console', link.url],
          ['note', `the link works once, within ${time}, in a browser on this machine`],
        ],
        flags,
      );
    });
}
