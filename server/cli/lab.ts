/** `wireglass lab`, with the one command of it that starts a server. */
import type { Command } from 'commander';
import pc from 'picocolors';
import { register as registerLabs } from '#labs/cli/lab';

interface RunFlags {
  readonly workspace?: string;
  readonly unfinished?: boolean;
  readonly alone?: boolean;
  readonly data?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  registerLabs(program);
  const lab = program.commands.find((command) => command.name() === 'lab');
  lab
    ?.command('run')
    .description('run the workbench with your finished pieces in place of ours')
    .option('--unfinished', 'also with pieces whose checks have not all passed')
    .option('--alone', 'a server of nothing but your files and Node: no page, and nothing of ours')
    .option('--data <dir>', "the server's data folder (default: the one in the settings)")
    .option('--workspace <dir>', 'the folder with your files')
    .option('--json', 'print one line of JSON with every address when ready')
    .action(async (_: RunFlags, command: Command) => run(command.optsWithGlobals<RunFlags>()));
}

async function run(flags: RunFlags): Promise<void> {
  const { workspace, unfinished = false, alone = false, data, json = false } = flags;
  const { contextOf } = await import('#labs/cli/context');
  const context = contextOf(workspace === undefined ? {} : { workspace });
  const given = data === undefined ? {} : { data };
  if (alone) {
    const { runAlone } = await import('./lab-alone.ts');
    return runAlone({ ...context, unfinished, json }, given);
  }
  const { learnersPieces, whoseText } = await import('#labs/run/pieces');
  const tell = (line: string): void => console.error(pc.yellow(line));
  const plugged = await learnersPieces({ ...context, unfinished, tell });
  if (!json) {
    console.log(whoseText(plugged.whose));
    if (plugged.whose.every(({ whose }) => whose === 'ours'))
      console.log('None of your pieces has passed its checks yet; --unfinished runs them all the same.');
  }
  // The page shows whose each piece is.
  if (!json) await (await import('./build.ts')).ensureBuilt();
  const { run: serve } = await import('./run-serve.ts');
  await serve({ json, logTraffic: false, showSecrets: false }, given, plugged);
}
