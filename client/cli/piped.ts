/** The client for scripts: each line of standard input is a message, each message of others a line of output. */
import { createInterface } from 'node:readline';
import pc from 'picocolors';
import type { ChatClient, ChatEvent } from '#client/chat-client';
import { ChatError } from '#client/errors';
import { jsonLine, messageLine, noticeLine } from './format.ts';

/** Messages sent and not acknowledged before more input is read. */
const WINDOW = 256;

const PLAIN = pc.createColors(false);

/** Resolves with the exit code: 0 when the input has ended and every line of it is acknowledged. */
export async function runPiped(client: ChatClient, { json }: { json: boolean }): Promise<number> {
  const output = writeEvents(client, json);
  let code = 1;
  try {
    await client.connect();
    const result = await Promise.race([sendLines(client), closedByFault(client), signalled(), outputGone()]);
    code = result;
  } catch (error) {
    complain(error);
  } finally {
    process.stdin.destroy();
    await client.close();
    await output;
  }
  return code;
}

/** Sends each line that is not empty. Resolves with 1 when one of them was refused. */
async function sendLines(client: ChatClient): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let code = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line === '') continue;
    const sending: Promise<void> = client
      .say(line)
      .then(() => undefined)
      .catch((error: unknown) => {
        complain(error);
        code = 1;
      })
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
    if (underWay.size >= WINDOW) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return code;
}

async function writeEvents(client: ChatClient, json: boolean): Promise<void> {
  for await (const event of client) {
    if (json) await write(jsonLine(event));
    else if (event.type === 'message') await write(messageLine(event, PLAIN));
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
      if (event.type === 'state' && event.state === 'closed' && event.error) reject(event.error);
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
  return new Promise((resolve, reject) => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve(0);
      else reject(error);
    });
  });
}

function complain(error: unknown): void {
  const text = error instanceof ChatError ? error.message : String(error);
  process.stderr.write(`wireglass chat: ${text}\n`);
}
