/** `wireglass inspect`: what stands in a capture file, record by record. */
import type { Command } from 'commander';
import type { InspectOptions } from './run-inspect.ts';

export function register(program: Command): void {
  program
    .command('inspect')
    .description('show the records of a capture file (pcapng or pcap), opened with the secrets it holds')
    .argument('<file>', 'the capture file')
    .option('--json', 'one JSON object for each record, one on a line', false)
    .option('--keys <file>', 'a key log with further secrets (the format of SSLKEYLOGFILE)')
    .option('--no-keys', 'as an eavesdropper sees it: leave the secrets in the file unused')
    .addHelpText(
      'after',
      '\nExamples:\n  wireglass inspect talk.pcapng\n  wireglass inspect talk.pcapng --json | jq .title',
    )
    .action(async (file: string, options: InspectOptions) => {
      const { inspect } = await import('./run-inspect.ts');
      await inspect(file, options);
    });
}
