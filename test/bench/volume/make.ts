/** `node --import tsx test/bench/volume/make.ts FILE`: a long capture file, for trying things on it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { ensureCertificates } from '#certs/ensure';
import { type LongCapture, writeLongCapture } from './long-capture.ts';

const command = new Command('make')
  .addArgument(new Argument('<file>', 'pcapng file to write'))
  .option('--bytes <n>', 'of messages', Number, 1_400_000_000)
  .option('--flows <n>', 'connections that take turns', Number, 20)
  .option('--short', 'short messages only')
  .addOption(new Option('--secrets <place>').choices(['first', 'last']).default('first'))
  .parse();

const folder = await mkdtemp(join(tmpdir(), 'wireglass-volume-'));
const credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
await rm(folder, { recursive: true });
await writeLongCapture(command.args[0] as string, credentials, command.opts<LongCapture>());
process.exit(0);
