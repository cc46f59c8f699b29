/** `wireglass serve`: runs the workbench until it is told to stop. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { WIRES } from '#runtime/wires';
import { DEFAULT_DATA } from '#client/data-paths';
import type { WireName } from '#wire/messages';
import type { ServeOptions } from './run-serve.ts';

const WEB_PORT = 8080;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

export function register(program: Command): void {
  const serve = program
    .command('serve')
    .description('run the chat server on its four wires, a tap in front of each, and the page')
    .option('--data <dir>', 'folder of database, keys and certificates; made on first start', DEFAULT_DATA)
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets the whole network in', '127.0.0.1');
  for (const { name, defaultPort } of WIRES) {
    serve.option(
      `--${flagOf(name)} <port>`,
      `port of the ${name} wire; 0 picks a free one`,
      port,
      defaultPort,
    );
  }
  serve
    .option('--web <port>', 'port of the page; 0 picks a free one', port, WEB_PORT)
    .option('--no-tap', 'let clients connect to the server itself; nothing is recorded')
    .option('--log-traffic', 'print every record: its raw bytes in hex beside what it decrypts to', false)
    .addOption(new Option('--log <level>', 'how much to log').choices(LOG_LEVELS).default('info'))
    .option('--json', 'print one line of JSON with every address when ready', false)
    .action(async (options: ServeOptions) => {
      // Loaded on demand: the other commands start faster without the server.
      const { run } = await import('./run-serve.ts');
      await run(options, (name) => serve.getOptionValueSource(name) === 'cli');
    });
}

function flagOf(wire: WireName): string {
  return wire.replace('+', '-');
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
