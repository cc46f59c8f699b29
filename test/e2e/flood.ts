/** Many short messages over one wire, each in a record of its own, through the taps of a running workbench. */
import type { ServerMessage, WireName } from '#protocol/messages';
import { type Ready, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';

export interface Flood {
  readonly wire: WireName;
  readonly messages: number;
  /** Clients that only listen: each message crosses the tap once more for each of them. */
  readonly listeners: number;
}

/** Resolves once everyone has received everything. The connections stay open until `close`. */
export async function flood(
  ready: Ready,
  { wire, messages, listeners }: Flood,
): Promise<{ close(): Promise<void> }> {
  const target = await targetOf(ready, wire);
  const names = Array.from({ length: listeners + 1 }, (_, index) => `flood-${index}`);
  const puppets = await Promise.all(names.map((name) => Puppet.join(target, name)));
  const [sender, ...rest] = puppets as [Puppet, ...Puppet[]];
  for (let number = 1; number <= messages; number++) {
    sender.say({ type: 'say', text: `flood ${number}`, ref: String(number) });
    // One after the other: messages that wait together would leave in one record.
    await hear(sender, 'ack');
    await Promise.all(rest.map((listener) => hear(listener, 'message')));
  }
  return { close: async () => void (await Promise.all(puppets.map((puppet) => puppet.close()))) };
}

/** Skips other messages, such as those about who has joined. */
async function hear(puppet: Puppet, type: ServerMessage['type']): Promise<void> {
  for (;;) {
    const message = await puppet.next();
    if (!message) throw new Error(`the connection ended before ${type}`);
    if (message.type === type) return;
  }
}
