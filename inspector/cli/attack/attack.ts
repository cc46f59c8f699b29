/** `wireglass attack`: plays an attack on a server of its own, or all of them on every wire. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AttackOptions } from './run-attack.ts';

const EXAMPLES = `
Each attack has a chat server, people and keys of its own on this machine, and is
gone afterwards. The exit code is 0 if every outcome is the expected one, else 1.

Examples:
  wireglass attack                                 the attacks, and what they are tried on
  wireglass attack flip-text                       on every wire and suite
  wireglass attack flip-text --on plain            on one of them, step by step
  wireglass attack padding-oracle --on 'psk aes-256-cbc' --say 'my own words'
  wireglass attack --matrix                        all attacks on everything
  wireglass attack --matrix --json | jq .evidence  one object per line
  wireglass attack drop --save captures            and keep what crossed, as pcapng`;

export function register(program: Command): void {
  program
    .command('attack')
    .description('play an attack on a chat server of its own, and show what was observed')
    .argument('[attacks...]', 'names of attacks; without them, the list of all')
    .option('--matrix', 'all attacks')
    .option(
      '--on <target>',
      'only on this wire, or on the psk wire with this suite: "tls 1.3", "psk aes-256-cbc"',
    )
    .option('--say <words>', 'what ana says, or what Mallory has her say, where an attack lets you choose')
    .addOption(new Option('--json', 'one JSON object per line').conflicts('markdown'))
    .option('--markdown', 'a table in Markdown')
    .option('--save <folder>', 'write what crossed in each attack to a capture file in this folder')
    .addOption(
      new Option('--at-once <n>', 'how many attacks to play at the same time').argParser(positive).default(1),
    )
    .addOption(new Option('--for-page', 'play what the parent process asks for').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (names: readonly string[], options: AttackOptions, command: Command) => {
      if (options.forPage) return (await import('#attacks/stage/performer')).perform();
      const { attack } = await import('./run-attack.ts');
      await attack(names, options, (message) => command.error(`error: ${message}`));
    });
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number above 0.');
}
