/** The chat for scripts: each line of standard input is a message, each message from others is a line of output. */
import { createInterface } from 'node:readline';
import pc from 'picocolors';
import type { ChatClient, ChatEvent } from '#client/chat-client';
import { ChatError } from '#client/errors';
import { counted, printableLines } from '#protocol/shown';
import { jsonLine, lineOptions, messageLine } from './format.ts';
import { noticeLine } from './notices.ts';
import { UsageError } from './settings.ts';

/** How many messages may be unacknowledged before no more input is read. */
const WINDOW = 256;

const PLAIN = pc.createColors(false);

export interface PipedOptions {
  readonly json: boolean;
  /** The account to log in to if no stored login is valid, and its password. */
  readonly login: { readonly account: string; readonly password: () => Promise<string> } | undefined;
  readonly confirmPlain: boolean;
}

/** Resolves with the exit code: 0 when the input has ended and every line is acknowledged. */
export async function runPiped(client: ChatClient, options: PipedOptions): Promise<number> {
  const interrupted = Promise.race([signalled(), outputGone()]);
  const output = writeEvents(client, options.json);
  const lines = new Lines(client);
  let code = 1;
  try {
    const early = await Promise.race([enter(client, options), interrupted]);
    code = early ?? (await Promise.race([lines.sendAll(), closedByFault(client), interrupted]));
  } catch (error) {
    complain(error);
    if (error instanceof UsageError) code = 2;
  }
  process.stdin.destroy();
  await client.close();
  await output;
  const lost = await lines.lost();
  if (lost > 0)
    process.stderr.write(
      `wireglass chat: ${counted(lost, 'line')} ${lost === 1 ? 'was' : 'were'} not acknowledged\n`,
    );
  return code;
}

/** Connects, and logs in if needed. Rejects when either fails. */
async function enter(client: ChatClient, { login, confirmPlain }: PipedOptions): Promise<void> {
  await client.connect();
  if (client.state !== 'login') return;
  if (!login) throw client.error ?? new ChatError('auth_required');
  const outcome = await client.account.login(login.account, await login.password(), { confirmPlain });
  if (!outcome.loggedIn) {
    const detail = 'a second factor is required: log in once on a terminal, and that login is stored';
    throw new ChatError('auth_required', { detail });
  }
}

/** Sends the lines of standard input. */
class Lines {
  readonly #client: ChatClient;
  readonly #underWay = new Set<Promise<void>>();
  #refused = false;
  #lost = 0;

  constructor(client: ChatClient) {
    this.#client = client;
  }

  /** Lines that were under way when the client was closed. */
  async lost(): Promise<number> {
    await Promise.all(this.#underWay);
    return this.#lost;
  }

  /** Sends each line that is not empty. Resolves with 1 when one of them was refused. */
  async sendAll(): Promise<number> {
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      if (line === '') continue;
      const sending = this.#send(line);
      this.#underWay.add(sending);
      void sending.finally(() => this.#underWay.delete(sending));
      if (this.#underWay.size >= WINDOW) await Promise.race(this.#underWay);
    }
    await Promise.all(this.#underWay);
    return this.#refused ? 1 : 0;
  }

  async #send(line: string): Promise<void> {
    try {
      await this.#client.say(line);
    } catch (error) {
      this.#refused = true;
      // When the client itself is closed, that is reported once and not for each line.
      if (this.#client.state === 'closed') this.#lost += 1;
      else complain(error);
    }
  }
}

async function writeEvents(client: ChatClient, json: boolean): Promise<void> {
  for await (const event of client) {
    if (json) await write(jsonLine(event));
    else if (event.type === 'message')
      await write(messageLine(event, PLAIN, { ...lineOptions(client), ids: false }));
    else notice(event);
  }
}

function notice(event: ChatEvent): void {
  const line = noticeLine(event, PLAIN);
  if (line !== undefined) process.stderr.write(`${line}\n`);
}

/** Waits for a slow output; meanwhile the client's queue fills up to its cap. */
async function write(line: string): Promise<void> {
  if (process.stdout.destroyed || process.stdout.write(`${line}\n`)) return;
  await new Promise<void>((resolve) => {
    process.stdout.once('drain', resolve);
    process.stdout.once('close', resolve);
  });
}

function closedByFault(client: ChatClient): Promise<number> {
  return new Promise((_, reject) => {
    client.subscribe((event) => {
      if (event.type !== 'state') return;
      if (event.state === 'closed' && event.error) reject(event.error);
      // The login has ended, and a script cannot log in again.
      if (event.state === 'login') reject(event.error ?? new ChatError('auth_required'));
    });
  });
}

/** Ended by a signal: resolves with 128 plus its number, as in shells. */
function signalled(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(143));
  });
}

/** The program that reads the output has ended, which is not a failure: resolves with 0. */
function outputGone(): Promise<number> {
  process.stderr.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve(0);
      else reject(error);
    });
  });
}

function complain(error: unknown): void {
  const known = error instanceof ChatError || error instanceof UsageError;
  const text = known ? error.message : String(error);
  process.stderr.write(`wireglass chat: ${printableLines(text)}\n`);
}
