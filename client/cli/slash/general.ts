/** The wire, help, and leaving. */
import { WIRE_NAMES, isProtected } from '#protocol/wires';
import { clean } from '../format.ts';
import { type Args, SlashError } from '#session/typed-arguments';
import { type SlashCommand, type SlashContext, isYes } from './command.ts';

export const GENERAL: readonly SlashCommand[] = [
  {
    name: 'wire',
    usage: '/wire NAME [PORT]',
    help: `switch to another wire (${WIRE_NAMES.join(', ')}) without losing the conversation`,
    completes: ['wires'],
    run: switchWire,
  },
  { name: 'quit', usage: '/quit', help: 'leave (so do Ctrl-C and Ctrl-D)', run: ({ quit }) => quit() },
];

async function switchWire(context: SlashContext, { words: [name, portText] }: Args): Promise<void> {
  const { client, print, targetFor } = context;
  const wire = WIRE_NAMES.find((known) => known === name?.toLowerCase());
  if (!wire)
    return print(
      `This is the ${client.wire} wire. The others: /wire ${WIRE_NAMES.filter((w) => w !== client.wire).join(', /wire ')}`,
    );
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535))
    throw new SlashError(`${clean(portText ?? '')} is not a port`);
  const target = await targetFor(wire, port);
  if (wire === client.wire && target.port === client.port)
    return print(`You are already on the ${wire} wire.`);
  if (!isProtected(wire) && client.role !== undefined) return takeLoginAlong(context, target);
  await client.switchWire(target);
}

/** A login that moves to the plain wire shows its token to anyone on the path. */
async function takeLoginAlong(
  { client, ask, print, colors }: SlashContext,
  target: Parameters<SlashContext['client']['switchWire']>[0],
): Promise<void> {
  print(colors.yellow('! On the plain wire anyone on the path can read your login, and use it as you.'));
  const answer = await ask('Switch anyway? (yes/no) ');
  if (!isYes(answer)) return print(`You stay on the ${client.wire} wire.`);
  await client.switchWire(target, { confirmPlain: true });
}
