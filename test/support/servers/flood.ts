/** Many short messages over one wire, each in a record of its own, through the taps of a running workbench. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerMessage, WireName } from '#protocol/messages';
import { type Ready, targetOf } from '../programs/program.ts';
import { Puppet } from './server.ts';

export interface Flood {
  readonly wire: WireName;
  readonly messages: number;
  /** Clients that only listen: each message crosses the tap once more for each of them. */
  readonly listeners: number;
}

/** Everyone who took part, still connected. */
export interface Crowd {
  readonly sender: Puppet;
  readonly listeners: readonly Puppet[];
  close(): Promise<void>;
}

/** Resolves once everyone has received everything. The connections stay open until `close`. */
export async function flood(ready: Ready, { wire, messages, listeners }: Flood): Promise<Crowd> {
  const target = await targetOf(ready, wire);
  const names = Array.from({ length: listeners + 1 }, (_, index) => `flood-${index}`);
  const puppets = await Promise.all(names.map((name) => Puppet.join(target, name)));
  const [sender, ...rest] = puppets as [Puppet, ...Puppet[]];
  for (let number = 1; number <= messages; number++) {
    // One after the other: messages that wait together would leave in one record.
    await round(sender, rest, `flood ${number}`);
  }
  const close = async () => void (await Promise.all(puppets.map((puppet) => puppet.close())));
  return { sender, listeners: rest, close };
}

/** Goes on at this pace. Resolves with the messages that were really said each second. */
export async function floodAt(
  { sender, listeners }: Crowd,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<number> {
  const begun = performance.now();
  const total = perSecond * seconds;
  for (let number = 1; number <= total; number++) {
    await round(sender, listeners, `live ${number}`);
    const ahead = (number / perSecond) * 1000 - (performance.now() - begun);
    if (ahead > 0) await wait(ahead);
  }
  return total / ((performance.now() - begun) / 1000);
}

async function round(sender: Puppet, listeners: readonly Puppet[], text: string): Promise<void> {
  sender.say({ type: 'say', text, ref: text.replace(' ', '-') });
  await hear(sender, 'ack');
  await Promise.all(listeners.map((listener) => hear(listener, 'message')));
}

/** Skips other messages, such as those about who has joined. */
async function hear(puppet: Puppet, type: ServerMessage['type']): Promise<void> {
  for (;;) {
    const message = await puppet.next();
    if (!message) throw new Error(`the connection ended before ${type}`);
    if (message.type === type) return;
  }
}
