/** `wireglass inspect`: what stands in a capture file, record by record. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { InspectOptions } from './run-inspect.ts';

const EXAMPLES = `
Without one of --json, --tree, --follow, --keyschedule or --stats it lists the
records, a few lines each. Exit code 0 when the file could be read, 1 when not.

Examples:
  wireglass inspect talk.pcapng                    the records, in short
  wireglass inspect talk.pcapng --no-keys          as Eve sees them
  wireglass inspect old.pcap.gz --keys keys.log    with a key log from elsewhere
  wireglass inspect psk.pcap --psk-file psk.keys   with the shared key
  wireglass inspect talk.pcapng --tree --notes     every field, with what it is
  wireglass inspect talk.pcapng --follow 1         who said what on flow 1
  wireglass inspect talk.pcapng --filter 'state == no-key and dir == c2s'
  wireglass inspect talk.pcapng --keyschedule      every key, and where from
  wireglass inspect talk.pcapng --stats            flows in numbers
  wireglass inspect talk.pcapng --json | jq .title an object a line, for scripts
  tcpdump -w - port 5557 | wireglass inspect -     from standard input`;

export function register(program: Command): void {
  // The two share one value, of which the last one given would count.
  const given = new Set<string>();
  program
    .command('inspect')
    .description('show what crossed a wire: the records of a capture file, opened with the secrets at hand')
    .argument('<file>', 'pcapng or pcap, also gzip packed; - for standard input')
    .option(
      '--keys <file>',
      "further secrets: a key log (as SSLKEYLOGFILE makes it), or a server's RSA private key in PEM; may be repeated",
      also,
    )
    .option('--no-keys', 'as an eavesdropper sees it: leave all secrets unused, those in the file too')
    .option(
      '--psk-file <file>',
      'shared keys, key-id:hex, one a line: for psk wires and TLS suites with PSK; may be repeated',
      also,
    )
    .option('--show-secrets', 'print the passwords, tokens and codes in messages, which are masked otherwise')
    .option('--filter <text>', 'only records that fit, as in the search box: msg.type == "say" and len > 64')
    .addOption(
      new Option(
        '--json',
        'one JSON object a line: for each record; with --stats for each flow, with --keyschedule for each step',
      ).conflicts(['tree', 'follow']),
    )
    .addOption(
      new Option(
        '--tree',
        'each record in its layers, with the bytes and the value of every field',
      ).conflicts(['follow', 'stats']),
    )
    .option(
      '--notes',
      'with --tree or --keyschedule: what each field or value is, why it is there, what it betrays',
    )
    .addOption(
      new Option('--follow <flow>', 'the conversation on the flow of this number: what each side said')
        .argParser(flowNumber)
        .conflicts(['keyschedule', 'stats']),
    )
    .addOption(
      new Option(
        '--keyschedule',
        'how the keys come about, step by step, each with a command that computes it again',
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

/** What commander's own conflicts cannot say. */
function refuseContradictions(given: ReadonlySet<string>, options: InspectOptions, command: Command): void {
  const other = ['--keys', '--psk-file'].find((name) => given.has(name));
  if (given.has('--no-keys') && other !== undefined) {
    command.error(`error: option '--no-keys' leaves all secrets unused: it cannot go with '${other}'`);
  }
  if (options.notes && !options.tree && !options.keyschedule) {
    command.error("error: option '--notes' needs option '--tree' or '--keyschedule'");
  }
}

function also(file: string, before: readonly string[] | boolean | undefined): readonly string[] {
  return Array.isArray(before) ? [...(before as readonly string[]), file] : [file];
}

function flowNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A flow has a number from 1 on; the plain list shows them.');
}
