/** `wireglass classroom`: runs the workbench for a class on the local network, until a signal stops it. */
import type { Command } from 'commander';
import { loadWithoutGrowth } from './heap.ts';
import { CONFIG_FILE } from './config/load.ts';
import { settingsOf, withSettings } from './serve.ts';

const HELP = `
It listens on every address of this machine, on purpose: others come to its page, type the join code and a name, and
take part. --host chooses one address. The settings are those of serve, and can also be given in ${CONFIG_FILE} or in
the environment.`;

interface ClassroomFlags {
  readonly config?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  const classroom = withSettings(
    program
      .command('classroom')
      .description(
        'run the workbench for a class on the network: a join page, and to each student their own traffic',
      ),
  );
  classroom
    .option('--json', 'print one line of JSON with every address and the join code when ready', false)
    .addHelpText('after', HELP)
    .action(async (flags: ClassroomFlags) => {
      if (!flags.json) await (await import('./build.ts')).ensureBuilt();
      loadWithoutGrowth();
      const { run } = await import('./run-serve.ts');
      await run({ ...flags, classroom: true, logTraffic: false, showSecrets: false }, settingsOf(classroom));
    });
}
