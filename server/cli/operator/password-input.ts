/** A new password for an account: from a file, or typed twice without being shown. Never from the command line. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './flags.ts';

export async function newPassword(file: string | undefined): Promise<string> {
  if (file !== undefined) return firstLine(await readFile(file, 'utf8'));
  if (!process.stdin.isTTY)
    throw new CommandError('there is no terminal to type the password in; use --password-file');
  const first = await typed('Password: ');
  const second = await typed('Password again: ');
  if (first !== second) throw new CommandError('the two passwords differ; nothing was changed');
  return first;
}

function firstLine(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  if (line === '') throw new CommandError('the first line of the password file is empty');
  return line;
}

async function typed(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  // The usual line editing, but nothing is shown on the screen.
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  const stopped = new Promise<never>((_resolve, reject) => {
    terminal.once('SIGINT', () => reject(new CommandError('stopped; nothing was changed', 130)));
    terminal.once('close', () => reject(new CommandError('no password was given; nothing was changed')));
  });
  try {
    return await Promise.race([terminal.question(''), stopped]);
  } finally {
    stopped.catch(() => undefined);
    terminal.close();
    process.stderr.write('\n');
  }
}
