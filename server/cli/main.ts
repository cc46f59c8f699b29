/** `wireglass`: one program, its commands each in a module of its own. */
import { Command } from 'commander';
import * as chat from '#client-cli/chat';
import * as capture from '#inspector-cli/capture';
import * as inspect from '#inspector-cli/inspect';
import * as wireshark from '#inspector-cli/wireshark';
import { VERSION } from './project.ts';
import * as serve from './serve.ts';

const COMMANDS = [serve, chat, capture, inspect, wireshark];

const program = new Command('wireglass')
  .description('See what encryption does to a protocol: one chat, four wires, the bytes that crossed each.')
  .version(VERSION)
  .showHelpAfterError('(wireglass --help shows the commands)');

for (const command of COMMANDS) command.register(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`wireglass: ${(error as Error).message}`);
  process.exitCode = 1;
}
