/** What the commands of the terminal client share: their context, and asking for consent. */
import type { ChatClient, Secretly } from '#client/chat-client';
import type { Target } from '#client/connect/supervisor';
import type { WireName } from '#protocol/messages';
import { isProtected } from '#protocol/wires';
import { type Args, SlashError } from '#session/typed-arguments';
import { type Colors, lineOptions, messageLine } from '../format.ts';

export interface SlashContext {
  readonly client: ChatClient;
  readonly colors: Colors;
  readonly print: (line: string) => void;
  /** Asks the person; `undefined` when it was cancelled. A `secret` answer is not shown while it is typed. */
  readonly ask: (question: string, options?: { readonly secret?: boolean }) => Promise<string | undefined>;
  readonly targetFor: (wire: WireName, port: number | undefined) => Promise<Target>;
  /** The oldest message that `/history` has shown of a room. */
  readonly oldest: Map<string, number>;
  readonly quit: () => void;
}

/** Sends a message, and shows it as it is stored, with the number that /edit takes. */
export async function sayAndShow(
  { client, colors, print }: SlashContext,
  text: string,
  to: { readonly room?: string; readonly replyTo?: number } = {},
): Promise<void> {
  const { id, ts, room } = await client.say(text, to);
  const reply = to.replyTo === undefined ? {} : { reply_to: to.replyTo };
  const author = { from: client.name ?? '', ...(client.role !== undefined && { account: true as const }) };
  print(messageLine({ id, ts, room, ...author, text, ...reply }, colors, lineOptions(client)));
}

/** What Tab offers for an argument. */
export type Completes = 'rooms' | 'members' | 'wires' | 'commands' | 'roles' | readonly string[];

export interface SlashCommand {
  readonly name: string;
  /** Other names for it, from other chat programs. */
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly help: string;
  /** One entry per argument. If the last argument is free text, its entry applies to all further words. */
  readonly completes?: readonly Completes[];
  readonly run: (context: SlashContext, args: Args) => void | Promise<void>;
}

export function isYes(answer: string | undefined): boolean {
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** Warns, before anything is typed, that anyone who may open the page of a tapped server can read it. */
export function warnOfTap({
  client,
  colors,
  print,
}: Pick<SlashContext, 'client' | 'colors' | 'print'>): void {
  if (!client.tapped) return;
  const what =
    'This server records the traffic on its wires and shows it on its page, including passwords and private messages.';
  print(colors.yellow(`! ${what} Do not use a password that you use elsewhere.`));
}

/** Asks the person whether to send a secret if the wire does not protect it; `undefined` for no. */
export async function consent({ client, colors, print, ask }: SlashContext): Promise<Secretly | undefined> {
  warnOfTap({ client, colors, print });
  if (isProtected(client.wire)) return {};
  if (!client.auth?.allowed)
    throw new SlashError(
      'This server accepts no passwords on the plain wire. Use /wire tls, which protects them.',
    );
  print(colors.yellow('! On the plain wire anyone between here and the server can read what you type next.'));
  const answer = await ask('Send it anyway? (yes/no) ');
  if (isYes(answer)) return { confirmPlain: true };
  print('Nothing was sent. Use /wire tls, which protects it.');
  return undefined;
}
