/** The chat for a person at a terminal. */
import pc from 'picocolors';
import type { ChatClient, ChatEvent } from '#client/chat-client';
import type { ClientState, Target } from '#client/connect/supervisor';
import type { WireName } from '#protocol/messages';
import { counted } from '#protocol/shown';
import { complete } from './complete.ts';
import { clean, lineOptions, messageLine } from './format.ts';
import { noticeLine } from './notices.ts';
import { promptText } from './prompt.ts';
import { Reading } from './reading.ts';
import { Screen } from './screen.ts';
import { holdsSecret } from './slash/account.ts';
import { SlashError } from '#session/typed-arguments';
import { type SlashContext, sayAndShow } from './slash/command.ts';
import { runSlash } from './slash/slash.ts';
import { Typing } from './typing.ts';

export interface InteractiveOptions {
  readonly targetFor: (wire: WireName, port: number | undefined) => Promise<Target>;
  /** The account to log in to at the start. */
  readonly login: string | undefined;
  /** A stored login will be proven. */
  readonly known: boolean;
  /** Sends no typing notices, and does not show who comes and goes. */
  readonly quiet: boolean;
}

/** How long to wait for acknowledgements after the person has left. */
const FAREWELL_MS = 2_000;

const COMING_AND_GOING: ReadonlySet<ChatEvent['type']> = new Set([
  'member_joined',
  'member_left',
  'members_changed',
  'presence',
]);

/** Resolves with the exit code once the person has left or no connection can be made. */
export async function runInteractive(client: ChatClient, options: InteractiveOptions): Promise<number> {
  const terminal = new ChatTerminal(client, options);
  return terminal.run();
}

class ChatTerminal {
  readonly #client: ChatClient;
  readonly #options: InteractiveOptions;
  readonly #colors = pc.createColors(pc.isColorSupported);
  readonly #screen: Screen;
  readonly #reading: Reading;
  readonly #typing: Typing;
  readonly #context: SlashContext;
  readonly #left: Promise<void>;
  /** The person knows that this server has accounts. */
  #toldOfAccounts: boolean;

  constructor(client: ChatClient, options: InteractiveOptions) {
    this.#client = client;
    this.#options = options;
    this.#toldOfAccounts = options.known || options.login !== undefined;
    this.#reading = new Reading(client);
    this.#typing = new Typing(client, () => this.#refresh());
    this.#screen = new Screen({
      completer: (line: string) => complete(line, { client, rooms: this.#reading.rooms }),
      forget: holdsSecret,
    });
    let quit = (): void => undefined;
    this.#left = new Promise((resolve) => {
      quit = resolve;
      this.#screen.onLeave(resolve);
    });
    this.#context = {
      client,
      colors: this.#colors,
      targetFor: options.targetFor,
      quit: () => quit(),
      print: (line) => this.#screen.print(line),
      ask: (question, how) => this.#screen.ask(question, how),
      oldest: new Map(),
    };
  }

  async run(): Promise<number> {
    const closed = this.#start();
    try {
      await Promise.race([this.#client.connect(), this.#left]);
      const { login } = this.#options;
      if (this.#client.state === 'login' && login !== undefined) this.#enter(`/login ${login}`);
      const end = await Promise.race([closed, this.#left]);
      if (end?.error) throw end.error;
      this.#reading.close();
      return await sayGoodbye(this.#client, this.#screen);
    } catch (error) {
      this.#screen.close();
      process.stderr.write(`wireglass chat: ${clean((error as Error).message)}\n`);
      return 1;
    } finally {
      this.#screen.close();
      await this.#client.close();
    }
  }

  #start(): Promise<Extract<ClientState, { state: 'closed' }>> {
    this.#screen.onLine((line) => this.#enter(line));
    if (!this.#options.quiet) this.#screen.onTyping((line) => this.#typing.typed(line));
    return new Promise((resolve) => {
      this.#client.subscribe((event) => {
        this.#show(event);
        if (event.type === 'state' && event.state === 'closed') resolve(event);
      });
    });
  }

  #enter(line: string): void {
    this.#typing.sent();
    // The message is shown again, with its number, once it is stored.
    if (isSaid(line) && this.#client.state === 'open') this.#screen.eraseEntered(line);
    void act(line, this.#context)
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        this.#reading.visit();
        this.#refresh();
      });
    this.#refresh();
  }

  #show(event: ChatEvent): void {
    this.#reading.take(event);
    this.#typing.take(event);
    const line = this.#lineOf(event);
    if (line !== undefined) this.#screen.print(line);
    this.#refresh();
  }

  #lineOf(event: ChatEvent): string | undefined {
    if (event.type === 'message')
      return messageLine(event, this.#colors, { ...lineOptions(this.#client), me: this.#client.name });
    if (this.#options.quiet && COMING_AND_GOING.has(event.type)) return undefined;
    if (event.type === 'auth_required' && this.#toldOfAccounts) return undefined;
    this.#toldOfAccounts ||= event.type === 'auth_required';
    return noticeLine(event, this.#colors);
  }

  #complain(error: unknown): void {
    const text = (error as Error).message;
    const color = error instanceof SlashError ? this.#colors.yellow : this.#colors.red;
    this.#screen.print(color(`! ${clean(text)}`));
  }

  #refresh(): void {
    this.#screen.prompt(promptText(this.#client, this.#reading.unread, this.#typing.names(), this.#colors));
  }
}

function isSaid(line: string): boolean {
  return line.trim() !== '' && (!line.startsWith('/') || line.startsWith('//'));
}

/** Carries out an entered line: a command, or a message. A doubled slash stands for a slash. */
async function act(line: string, context: SlashContext): Promise<void> {
  if (line.trim() === '') return;
  if (!isSaid(line)) return runSlash(line, context);
  await sayAndShow(context, line.replace(/^\/\//, '/'));
}

/** Waits for the last messages, which may still be on their way. */
async function sayGoodbye(client: ChatClient, screen: Screen): Promise<number> {
  screen.close();
  const until = performance.now() + FAREWELL_MS;
  while (client.pending > 0 && client.state !== 'closed' && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { unacknowledged: lost } = client;
  if (lost > 0) {
    const messages = `${counted(lost, 'message')} ${lost === 1 ? 'was' : 'were'}`;
    process.stderr.write(`wireglass chat: ${messages} not acknowledged
`);
    return 1;
  }
  process.stdout.write('Goodbye.\n');
  return 0;
}
