/** `wireglass serve`: runs the workbench until a signal stops it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadWithoutGrowth } from './heap.ts';
import { CONFIG_FILE } from './config/load.ts';
import { KEYS, type Key, SETTINGS, type Setting, shownDefault } from './config/settings.ts';
import type { ServeFlags } from './run-serve.ts';

const HELP = `
These settings, and more, can also be given in ${CONFIG_FILE} or in the environment. The environment overrides the
file, and a flag overrides both. docs/reference/configuration.md has the whole list.`;

export function register(program: Command): void {
  const serve = withSettings(
    program
      .command('serve')
      .description('run the chat server on its four wires, a tap in front of each, and the page'),
  );
  serve
    .option('--log-traffic', 'print every record: its raw bytes in hex, next to what they decrypt to', false)
    .option(
      '--show-secrets',
      'with --log-traffic: print the passwords, tokens and codes in messages, which are otherwise masked',
      false,
    )
    .option('--json', 'print one line of JSON with every address when ready', false)
    .addHelpText('after', HELP)
    .action(async (flags: ServeFlags) => {
      loadWithoutGrowth();
      // Loaded on demand: the other commands start faster without the server.
      const { run } = await import('./run-serve.ts');
      await run(flags, settingsOf(serve));
    });
}

/** Adds the options of the settings, and the one for the file that may hold them. */
export function withSettings(command: Command): Command {
  command.option('--config <file>', `configuration file (default: ${CONFIG_FILE}, if it exists)`);
  for (const key of KEYS) {
    const option = optionFor(key);
    if (option) command.addOption(option);
  }
  return command;
}

/** The settings on the command line, without defaults: these come last, after the file and the environment. */
export function settingsOf(command: Command): Partial<Record<Key, unknown>> {
  const values: Partial<Record<Key, unknown>> = {};
  for (const key of KEYS) {
    const option = optionFor(key);
    if (option && command.getOptionValueSource(option.attributeName()) === 'cli')
      values[key] = command.getOptionValue(option.attributeName());
  }
  return values;
}

function optionFor(key: Key): Option | undefined {
  const setting: Setting<unknown> = SETTINGS[key];
  const { flag, fallback, note } = setting;
  if (flag === undefined) return undefined;
  // The flag turns a switch off that is on by default, and the other way round.
  if (typeof fallback === 'boolean')
    return new Option(`--${fallback ? `no-${flag}` : flag}`, switchNote(setting));
  return new Option(`--${flag} <value>`, `${note} (default: ${shownDefault(setting)})`).argParser((text) => {
    const value = setting.fromText(text);
    if (value === undefined) throw new InvalidArgumentError(`Expected ${setting.expected}.`);
    return value;
  });
}

function switchNote({ note, off = note }: Setting<unknown>): string {
  return off;
}

/** The flag of a setting as the help shows it: `--host <value>`, `--no-tap`; `undefined` if it has none. */
export function flagOf(key: Key): string | undefined {
  return optionFor(key)?.flags;
}
