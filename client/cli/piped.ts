/** The client for scripts: each line of standard input is a message, each message of others a line of output. */
import { createInterface } from 'node:readline';
import pc from 'picocolors';
import type { ChatClient, ChatEvent } from '#client/chat-client';
import { ChatError } from '#client/errors';
import { counted, printableLines } from '#wire/shown';
import { jsonLine, lineOptions, messageLine } from './format.ts';
import { noticeLine } from './notices.ts';
import { UsageError } from './settings.ts';

/** Messages sent and not acknowledged before more input is read. */
const WINDOW = 256;

const PLAIN = pc.createColors(false);

export interface PipedOptions {
  readonly json: boolean;
  /** The account to log in to where no earlier login does, and its password. */
  readonly login: { readonly account: string; readonly password: () => Promise<string> } | undefined;
  readonly confirmPlain: boolean;
}

/** Resolves with the exit code: 0 when the input has ended and every line of it is acknowledged. */
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

/** Connects, and logs in where that is needed. Rejects when it cannot be. */
async function enter(client: ChatClient, { login, confirmPlain }: PipedOptions): Promise<void> {
  await client.connect();
  if (client.state !== 'login') return;
  if (!login) throw client.error ?? new ChatError('auth_required');
  const outcome = await client.account.login(login.account, await login.password(), { confirmPlain });
  if (!outcome.loggedIn) {
    const detail = 'a code of the second factor is asked for: log in once on a terminal, that login is kept';
    throw new ChatError('auth_required', { detail });
  }
}

/** The lines of standard input on their way. */
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
      // When the client itself has ended, that is said once and not for each line.
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

/** Waits for an output that is slow; the client's queue then fills up to its cap. */
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
      // The login has ended meanwhile; nobody is here who could log in again.
      if (event.state === 'login') reject(event.error ?? new ChatError('auth_required'));
    });
  });
}

/** A person or a service ended it: 128 and the signal's number, as shells have it. */
function signalled(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(143));
  });
}

/** Whoever read the output has seen enough: no fault of anybody. */
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
