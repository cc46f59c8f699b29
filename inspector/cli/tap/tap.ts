/** `wireglass tap`: stands in the path of a wire, holds what comes, and does with it what it is told. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_DATA } from '#data-folder/paths';
import { WIRE_NAMES } from '#protocol/wires';
import type { TapOptions } from './run-tap.ts';

const EXAMPLES = `
A client connects to the address that it prints. "help" lists the commands; they may
also come from a pipe. It goes only to a server on this machine.

Examples:
  wireglass tap                                    in front of the plain wire
  wireglass tap --break 'msg.type == "say"'        hold everything that is said
  wireglass tap --wire psk --break 'len > 100'     what a filter sees without a key
  wireglass tap --wire psk --psk-file psk.keys --break 'msg.text contains "nine"'
  wireglass chat --wire plain --port 7555          a client whose path leads through
                                                   a tap on port 7555`;

export function register(program: Command): void {
  program
    .command('tap')
    .description('stand in the path of a wire: hold, change, drop, delay and repeat what crosses it, by hand')
    .addOption(
      new Option('--wire <name>', 'the wire that the client speaks').choices(WIRE_NAMES).default('plain'),
    )
    .option(
      '--to <host:port>',
      'the server on this machine (default: that wire of the server running on the data folder)',
      place,
    )
    .option('--port <n>', 'where clients connect, on 127.0.0.1; 0 picks a free port', port, 0)
    .option('--break <filter>', 'hold what this display filter fits, and what comes behind it')
    .option('--keys <file>', 'a key log or an RSA private key, for titles and filters; may be repeated', also)
    .option('--psk-file <file>', 'shared keys, for the same; may be repeated', also)
    .option('--show-secrets', 'print the passwords, tokens and codes in messages, which are otherwise masked')
    .option('--data <dir>', 'data folder of the server', DEFAULT_DATA)
    .addHelpText('after', EXAMPLES)
    .action(async (options: TapOptions) => {
      const { tap } = await import('./run-tap.ts');
      await tap(options);
    });
}

function also(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file];
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}

function place(text: string): { host: string; port: number } {
  const [, host, digits] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (host === undefined || digits === undefined)
    throw new InvalidArgumentError('Expected a host and a port, such as 127.0.0.1:5555.');
  return { host, port: port(digits) };
}
