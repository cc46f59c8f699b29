/** What all commands of the operator have in common: the data folder they work on, and their exit codes. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { commandLine } from '#client-cli/hints';
import { configFile } from '../config/file.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';

export interface DataFlags {
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Exit code when there is no server to ask. */
export const NO_SERVER = 3;

/** A failure with an exit code of its own. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

export function withDataOptions(command: Command): Command {
  return command
    .option('--data <dir>', "the server's data folder (default: the one in the settings)")
    .option('--config <file>', "the server's configuration file")
    .option('--json', 'print JSON, for programs');
}

/** The settings that `serve` would start with here. Rejects, as if no server were running, when there is no data folder. */
export async function settingsOf({ data, config }: DataFlags): Promise<Settings> {
  const file = await configFile(config);
  const flags = data === undefined ? {} : { data };
  const { settings } = loadSettings({ file, environment: process.env, flags });
  const folder = resolve(settings.data);
  if (!existsSync(folder))
    throw new CommandError(
      `there is no data folder ${folder}; ${commandLine('serve', folder)} creates it, or name another one with --data`,
      NO_SERVER,
    );
  if (!statSync(folder).isDirectory())
    throw new CommandError(
      `the data folder ${folder} is a file; move it away, or name another folder with --data`,
      NO_SERVER,
    );
  return { ...settings, data: folder };
}
