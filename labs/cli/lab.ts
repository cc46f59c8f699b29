/** `wireglass lab`: the labs. */
import { type Command, InvalidArgumentError } from 'commander';
import type { LabContext, LabFlags } from './context.ts';
import type { CheckFlags } from './check.ts';
import type { HintFlags } from './help.ts';
import type { AskFlags } from './asking.ts';
import type { ResetFlags } from './reset.ts';
import type { StartFlags } from './start.ts';

const HELP = `
A lab is named by its number or its name: 1, 01, frames, 01-frames. Without a name, a command is about the lab that was
started last. Your files are in labs/workspace (or WIREGLASS_WORKSPACE, or --workspace).

Your code is judged in a process of its own, with a time limit of 10 s and 256 MB of memory, without files, programs and
other hosts. Exit code 1: a check failed.

In a class, lab join ADDRESS tells its board which checks pass. It asks for a code, or reads it from standard input.`;

export function register(program: Command): void {
  const lab = program
    .command('lab')
    .description('the labs: write the pieces of the chat yourself')
    .addHelpText('after', HELP);
  common(lab).action(async (flags: LabFlags) => (await import('./list.ts')).list(await contextOf(flags)));
  for (const add of [addWork, addHelp, addKeeping, addClass]) add(lab);
}

type Add = (lab: Command) => void;

const addWork: Add = (lab) => {
  command(lab, 'start [lab]', 'put the starter of a lab into your workspace')
    .option('--js', 'in JavaScript instead of TypeScript')
    .action(
      run<StartFlags>(async ([name], flags, context) =>
        (await import('./start.ts')).start(name, flags, context),
      ),
    );
  command(lab, 'check [lab]', 'judge your file, and those of the labs that it rests on')
    .option('--all', 'explain every check that failed, and not only the first')
    .option('--seed <number>', 'use the inputs of an earlier run', parseSeed)
    .action(
      run<CheckFlags>(async ([name], flags, context) =>
        (await import('./check.ts')).check(name, flags, context),
      ),
    );
  command(lab, 'watch [lab]', 'judge your file whenever you save it; r runs the checks again').action(
    run(async ([name], _, context) => (await import('./watch.ts')).watch(name, context)),
  );
  command(lab, 'next', 'go on with the next lab').action(
    run(async (_names, _, context) => (await import('./start.ts')).next(context)),
  );
};

const addHelp: Add = (lab) => {
  command(lab, 'hint [lab]', 'show the next hint; there are three levels')
    .option('--level <number>', 'show this level', parseLevel)
    .action(
      run<HintFlags>(async ([name], flags, context) =>
        (await import('./help.ts')).hint(name, flags, context),
      ),
    );
  yes(command(lab, 'solve [lab]', 'put our solution in place of your file; a copy of yours is kept')).action(
    run<AskFlags>(async ([name], flags, context) => (await import('./help.ts')).solve(name, flags, context)),
  );
  command(lab, 'diff [lab]', 'show our solution beside your file').action(
    run(async ([name], _, context) => (await import('./help.ts')).diff(name, context)),
  );
};

const addKeeping: Add = (lab) => {
  yes(command(lab, 'reset [lab]', 'forget the progress of a lab and remove your file; a copy is kept'))
    .option('--all', 'all labs')
    .action(
      run<ResetFlags>(async ([name], flags, context) =>
        (await import('./reset.ts')).reset(name, flags, context),
      ),
    );
  command(lab, 'export <file>', 'write your files and your progress to one file').action(
    run(async ([file = ''], _, context) => (await import('./reset.ts')).exportTo(file, context)),
  );
  yes(command(lab, 'import <file>', 'take them from such a file')).action(
    run<AskFlags>(async ([file = ''], flags, context) =>
      (await import('./reset.ts')).importFrom(file, flags, context),
    ),
  );
};

const addClass: Add = (lab) => {
  command(
    lab,
    'join <address>',
    'tell a class which of your checks pass; asks for the code that your page there shows',
  ).action(run(async ([address = ''], _, context) => (await import('./class.ts')).join(address, context)));
  command(lab, 'leave', 'tell the class nothing more').action(
    run(async (_names, _, context) => (await import('./class.ts')).leave(context)),
  );
};

function command(lab: Command, name: string, description: string): Command {
  return common(lab.command(name).description(description));
}

function common(one: Command): Command {
  return one
    .option('--workspace <dir>', 'the folder with your files')
    .option('--json', 'print JSON, for programs');
}

function yes(one: Command): Command {
  return one.option('-y, --yes', 'do not ask');
}

/** The arguments of the command line come first, then its options, with those that were given before the subcommand. */
function run<F extends object>(
  perform: (names: readonly (string | undefined)[], flags: F, context: LabContext) => Promise<void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const self = given.at(-1) as Command;
    const flags = self.optsWithGlobals<F & LabFlags>();
    await perform(self.args, flags, await contextOf(flags));
  };
}

/** Loaded on demand, because the labs bring all their checks with them. */
async function contextOf(flags: LabFlags): Promise<LabContext> {
  return (await import('./context.ts')).contextOf(flags);
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new InvalidArgumentError('Expected a whole number from 0 to 4294967295.');
}

function parseLevel(text: string): number {
  if (/^[123]$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected 1, 2 or 3.');
}
