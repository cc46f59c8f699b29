/**
 * A nuisance in a process of its own. It tells its parent when it is ready, begins with the parent's first word, ends with
 * the next one, and tells how often it did it. Arguments: the target as JSON, and which nuisance.
 */
import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { guest } from './people.ts';
import type { DialOptions } from '#client/connect/dial';

const CALLERS = 16;
/** Guests in the room of the one who is restless, and its changes a second. */
const AUDIENCE = 1_000;
const CHANGES = 50;
const JOIN_AT_ONCE = 20;

const NUISANCES = {
  /** Connects all the time from an address that is banned. */
  banned: async (target: DialOptions): Promise<void> => {
    await begun();
    await Promise.all(Array.from({ length: CALLERS }, () => callAgain(target)));
  },
  /** Is there and away all the time, among a thousand others. */
  restless: async (target: DialOptions): Promise<void> => {
    const audience = Array.from({ length: AUDIENCE }, (_, at) => `guest-${at}`);
    for (let from = 0; from < AUDIENCE; from += JOIN_AT_ONCE)
      await Promise.all(audience.slice(from, from + JOIN_AT_ONCE).map((name) => listen(target, name)));
    const restless = await guest(target, 'restless');
    await begun();
    while (going) {
      restless.say({ type: 'presence', state: done % 2 === 0 ? 'away' : 'here' });
      done += 1;
      await new Promise((resolve) => setTimeout(resolve, 1_000 / CHANGES));
    }
  },
} as const;
export type Nuisance = keyof typeof NUISANCES;

let going = true;
let done = 0;
const [target, nuisance] = process.argv.slice(2) as [string, Nuisance];
await NUISANCES[nuisance](JSON.parse(target) as DialOptions);
process.send?.(done, () => process.exit(0));

async function begun(): Promise<void> {
  process.send?.('ready');
  await once(process, 'message');
  process.once('message', () => (going = false));
}

async function callAgain({ host, port, localAddress }: DialOptions): Promise<void> {
  while (going) {
    const socket: Socket = connect({ host, port, ...(localAddress !== undefined && { localAddress }) });
    socket.on('error', () => undefined).resume();
    await once(socket, 'close');
    done += 1;
  }
}

async function listen(where: DialOptions, name: string): Promise<void> {
  const listener = await guest(where, name);
  void listener.rest();
}
