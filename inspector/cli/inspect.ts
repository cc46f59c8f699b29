/** `wireglass inspect`: what is in a capture file, record by record. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { InspectOptions } from './run-inspect.ts';

const EXAMPLES = `
Without --json, --tree, --follow, --keyschedule or --stats it lists the records,
a few lines for each. The exit code is 0 if the file could be read, and else 1.

Examples:
  wireglass inspect talk.pcapng                    the records, in short
  wireglass inspect talk.pcapng --no-keys          as Eve sees them
  wireglass inspect old.pcap.gz --keys keys.log    with a key log from elsewhere
  wireglass inspect psk.pcap --psk-file psk.keys   with the shared key
  wireglass inspect talk.pcapng --tree --notes     every field, with what it is
  wireglass inspect talk.pcapng --follow 1         who said what on flow 1
  wireglass inspect talk.pcapng --filter 'state == no-key and dir == c2s'
  wireglass inspect talk.pcapng --keyschedule      how each key is derived
  wireglass inspect talk.pcapng --stats            flows in numbers
  wireglass inspect talk.pcapng --json | jq .title one object per line
  tcpdump -w - port 5557 | wireglass inspect -     from standard input`;

export function register(program: Command): void {
  // --keys and --no-keys share one value, so commander would only keep the last one given.
  const given = new Set<string>();
  program
    .command('inspect')
    .description('show what crossed a wire: the records of a capture file, opened with the secrets at hand')
    .argument('<file>', 'pcapng or pcap, may be compressed with gzip; - for standard input')
    .option(
      '--keys <file>',
      "further secrets: a key log (as SSLKEYLOGFILE makes it), or a server's RSA private key in PEM; may be repeated",
      also,
    )
    .option('--no-keys', 'show it as an eavesdropper sees it: use no secrets, not even those in the file')
    .option(
      '--psk-file <file>',
      'shared keys, key-id:hex, one per line: for psk wires and TLS suites with PSK; may be repeated',
      also,
    )
    .option('--show-secrets', 'print the passwords, tokens and codes in messages, which are otherwise masked')
    .option(
      '--filter <text>',
      'show only matching records, as in the search box: msg.type == "say" and len > 64',
    )
    .addOption(
      new Option(
        '--json',
        'one JSON object per line: for each record; with --stats for each flow, with --keyschedule for each step',
      ).conflicts(['tree', 'follow']),
    )
    .addOption(
      new Option(
        '--tree',
        'each record layer by layer, with the bytes and the value of every field',
      ).conflicts(['follow', 'stats']),
    )
    .option(
      '--notes',
      'with --tree or --keyschedule: what each field or value is, why it is there, what it reveals',
    )
    .addOption(
      new Option('--follow <flow>', 'the conversation on the flow with this number: what each side said')
        .argParser(flowNumber)
        .conflicts(['keyschedule', 'stats']),
    )
    .addOption(
      new Option(
        '--keyschedule',
        'how the keys are derived, step by step, each with a command that computes it again',
      ).conflicts('stats'),
    )
    .option('--stats', 'flows in numbers: records, bytes, sizes, what the protection adds')
    .addHelpText('after', EXAMPLES)
    .on('option:keys', () => given.add('--keys'))
    .on('option:no-keys', () => given.add('--no-keys'))
    .action(async (file: string, options: InspectOptions, command: Command) => {
      if (options.pskFile) given.add('--psk-file');
      refuseContradictions(given, options, command);
      const { inspect } = await import('./run-inspect.ts');
      await inspect(file, options);
    });
}

/** Refuses combinations that commander's own conflicts cannot express. */
function refuseContradictions(given: ReadonlySet<string>, options: InspectOptions, command: Command): void {
  const other = ['--keys', '--psk-file'].find((name) => given.has(name));
  if (given.has('--no-keys') && other !== undefined) {
    command.error(`error: option '--no-keys' uses no secrets: it cannot be combined with '${other}'`);
  }
  if (options.notes && !options.tree && !options.keyschedule) {
    command.error("error: option '--notes' requires option '--tree' or '--keyschedule'");
  }
}

function also(file: string, before: readonly string[] | boolean | undefined): readonly string[] {
  return Array.isArray(before) ? [...(before as readonly string[]), file] : [file];
}

function flowNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Flows are numbered from 1; the list without options shows them.');
}
