/** `wireglass serve`: runs the workbench until it is told to stop. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CONFIG_FILE } from './config/load.ts';
import { KEYS, type Key, SETTINGS, type Setting } from './config/settings.ts';
import type { ServeFlags } from './run-serve.ts';

const HELP = `
Each of these, and more, can also stand in ${CONFIG_FILE} or in the environment; the environment wins over the file,
a flag over both. docs/reference/configuration.md has the whole list.`;

export function register(program: Command): void {
  const serve = program
    .command('serve')
    .description('run the chat server on its four wires, a tap in front of each, and the page')
    .option('--config <file>', `configuration file (default: ${CONFIG_FILE}, where there is one)`);
  for (const key of KEYS) {
    const option = optionFor(key);
    if (option) serve.addOption(option);
  }
  serve
    .option('--log-traffic', 'print every record: its raw bytes in hex beside what it decrypts to', false)
    .option(
      '--show-secrets',
      'with --log-traffic: print the passwords, tokens and codes in messages, which are masked otherwise',
      false,
    )
    .option('--json', 'print one line of JSON with every address when ready', false)
    .addHelpText('after', HELP)
    .action(async (flags: ServeFlags) => {
      // Loaded on demand: the other commands start faster without the server.
      const { run } = await import('./run-serve.ts');
      await run(flags, given(serve));
    });
}

/** The settings that stand on the command line: their defaults come later, after file and environment. */
function given(serve: Command): Partial<Record<Key, unknown>> {
  const values: Partial<Record<Key, unknown>> = {};
  for (const key of KEYS) {
    const option = optionFor(key);
    if (option && serve.getOptionValueSource(option.attributeName()) === 'cli')
      values[key] = serve.getOptionValue(option.attributeName());
  }
  return values;
}

function optionFor(key: Key): Option | undefined {
  const setting: Setting<unknown> = SETTINGS[key];
  const { flag, fallback, note } = setting;
  if (flag === undefined) return undefined;
  // A switch that is on is turned off, and the other way round.
  if (typeof fallback === 'boolean')
    return new Option(`--${fallback ? `no-${flag}` : flag}`, switchNote(setting));
  return new Option(`--${flag} <value>`, `${note} (default: ${String(fallback)})`).argParser((text) => {
    const value = setting.fromText(text);
    if (value === undefined) throw new InvalidArgumentError(`Expected ${setting.expected}.`);
    return value;
  });
}

function switchNote({ note, off = note }: Setting<unknown>): string {
  return off;
}

/** The flag of a setting as the help shows it: `--host <value>`, `--no-tap`; `undefined` where it has none. */
export function flagOf(key: Key): string | undefined {
  return optionFor(key)?.flags;
}
