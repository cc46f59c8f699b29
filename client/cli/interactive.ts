/** The client for a person at a terminal. */
import pc from 'picocolors';
import type { ChatClient, ChatEvent } from '#client/chat-client';
import type { ClientState, Target } from '#client/supervisor';
import type { WireName } from '#wire/messages';
import { type Colors, clean, messageLine, noticeLine } from './format.ts';
import { Screen } from './screen.ts';
import { type SlashContext, complete, runSlash } from './slash.ts';

export interface InteractiveOptions {
  readonly targetFor: (wire: WireName, port: number | undefined) => Promise<Target>;
}

/** How long to wait for acknowledgements after the person has left. */
const FAREWELL_MS = 2_000;

/** Resolves with the exit code once the person has left or the connection cannot be had. */
export async function runInteractive(client: ChatClient, { targetFor }: InteractiveOptions): Promise<number> {
  const colors = pc.createColors(pc.isColorSupported);
  const screen = new Screen((line) => complete(line, client));
  const refresh = (): void => screen.prompt(promptText(client, colors));
  const complain = (error: unknown): void => screen.print(colors.red(`! ${clean((error as Error).message)}`));
  const left = new Promise<void>((resolve) => screen.onLeave(resolve));
  let quit = (): void => undefined;
  const quitted = new Promise<void>((resolve) => (quit = resolve));
  const context: SlashContext = { client, colors, targetFor, quit, print: (line) => screen.print(line) };
  client.subscribe((event) => {
    show(event, screen, colors);
    refresh();
  });
  screen.onLine((line) => {
    void act(line, context).catch(complain).finally(refresh);
    refresh();
  });
  const closed = closedState(client);
  try {
    await Promise.race([client.connect(), left, quitted]);
    const end = await Promise.race([closed, left, quitted]);
    if (end?.error) throw end.error;
    return await sayGoodbye(client, screen);
  } catch (error) {
    screen.close();
    process.stderr.write(`wireglass chat: ${clean((error as Error).message)}\n`);
    return 1;
  } finally {
    screen.close();
    await client.close();
  }
}

/** A line that was entered: a command, or something to say. A doubled slash stands for a slash. */
async function act(line: string, context: SlashContext): Promise<void> {
  if (line.trim() === '') return;
  if (line.startsWith('/') && !line.startsWith('//')) return runSlash(line, context);
  await context.client.say(line.replace(/^\/\//, '/'));
}

function show(event: ChatEvent, screen: Screen, colors: Colors): void {
  const line = event.type === 'message' ? messageLine(event, colors) : noticeLine(event, colors);
  if (line !== undefined) screen.print(line);
}

function promptText({ name, room, wire, state }: ChatClient, colors: Colors): string {
  const who = state === 'open' ? clean(name ?? '') : state;
  const color = state === 'open' ? colors.green : colors.yellow;
  return `${color(who)} ${colors.dim(`#${clean(room)} ${wire}`)} ${colors.bold('›')} `;
}

function closedState(client: ChatClient): Promise<Extract<ClientState, { state: 'closed' }>> {
  return new Promise((resolve) => {
    client.subscribe((event) => {
      if (event.type === 'state' && event.state === 'closed') resolve(event);
    });
  });
}

/** What was typed last may still be on its way. */
async function sayGoodbye(client: ChatClient, screen: Screen): Promise<number> {
  screen.close();
  const until = performance.now() + FAREWELL_MS;
  while (client.pending > 0 && client.state !== 'closed' && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (client.pending > 0) {
    process.stderr.write(`wireglass chat: ${client.pending} messages were not acknowledged\n`);
    return 1;
  }
  process.stdout.write('Goodbye.\n');
  return 0;
}
