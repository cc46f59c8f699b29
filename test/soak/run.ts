/** `npm run soak -- NAME`: runs a soak, or all of them. Prints what did not hold, and then exits with 1. */
import { Command, InvalidArgumentError } from 'commander';
import { captures } from './captures.ts';
import { classroom } from './classroom.ts';
import { crash } from './crash.ts';
import { crowd } from './crowd.ts';
import { descriptors } from './descriptors.ts';
import { guessing } from './guessing.ts';
import { logins } from './logins.ts';
import { mutants } from './mutants.ts';
import { network } from './network.ts';
import { nuisances } from './nuisances.ts';
import { page } from './page.ts';
import { scan } from './scan.ts';
import { shutdown } from './shutdown.ts';
import { slowClients } from './slow-clients.ts';
import { slowReaders } from './slow-readers.ts';
import type { Amount, Soak } from './soak.ts';

const SOAKS: readonly Soak[] = [
  captures,
  classroom,
  crash,
  crowd,
  descriptors,
  guessing,
  logins,
  mutants,
  network,
  nuisances,
  page,
  scan,
  shutdown,
  slowClients,
  slowReaders,
];

const command = new Command('soak')
  .description('check what must hold for a long time, or again and again')
  .argument('[names...]', 'soaks to run (default: all)', known, SOAKS)
  .option('--rounds <n>', 'how many times', positive)
  .option('--minutes <n>', 'for how long', positive)
  .addHelpText('after', `\n${SOAKS.map(({ name, shows }) => `  ${name.padEnd(12)} ${shows}`).join('\n')}\n`)
  .parse();
const options = command.opts<Partial<Amount>>();

for (const soak of command.processedArgs[0] as readonly Soak[]) await report(soak);
// Without this the process may not exit although everything is closed: Node does that after a TLS peer has left first.
process.exit();

async function report({ name, amount, run }: Soak): Promise<void> {
  const progress = (line: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name}: ${line}`);
  };
  const outcome = await run({ ...amount, ...options }, progress).catch((error: unknown) => {
    process.exitCode = 1;
    return `FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.stdout.write(`${name}: ${outcome}\n`);
}

function known(name: string, before: readonly Soak[]): readonly Soak[] {
  const soak = SOAKS.find((candidate) => candidate.name === name);
  if (!soak) throw new InvalidArgumentError(`Expected one of: ${SOAKS.map((one) => one.name).join(', ')}.`);
  return before === SOAKS ? [soak] : [...before, soak];
}

function positive(value: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('Expected a number above 0.');
}
