/** Clients for soaks: connected, logged in where asked, and in a room. */
import { Puppet } from '../support/servers/server.ts';
import { PASSWORD } from './watched-server.ts';
import type { DialOptions } from '#client/connect/dial';
import type { Server, ServerMessage } from '#protocol/messages';

/** Skips all other messages. Rejects at an error, and at the end of the connection. */
export async function hear<T extends ServerMessage['type']>(puppet: Puppet, type: T): Promise<Server<T>> {
  for (let heard = await puppet.next(); heard; heard = await puppet.next()) {
    if (heard.type === type) return heard as Server<T>;
    if (heard.type === 'error' || heard.type === 'auth_failed')
      throw new Error(`expected ${type}, got ${heard.code}: ${heard.message}`);
  }
  throw new Error(`expected ${type}, and the connection ended`);
}

/** A guest of this name in the lobby. */
export async function guest(target: DialOptions, name: string): Promise<Puppet> {
  const puppet = await Puppet.dial(target);
  puppet.say({ type: 'join', name });
  await hear(puppet, 'joined');
  return puppet;
}

/** This account in the lobby. */
export async function member(target: DialOptions, name: string): Promise<Puppet> {
  const puppet = await Puppet.dial(target);
  puppet.say({ type: 'login', name, password: PASSWORD });
  await hear(puppet, 'auth_success');
  puppet.say({ type: 'join' });
  await hear(puppet, 'joined');
  return puppet;
}

/** Milliseconds from a pong to the next ping. */
export const PING_PACE_MS = 20;

/** Milliseconds from each ping to its pong, one after the other, until `until` settles. Rejects as it does. */
export async function pingsOf(witness: Puppet, until: Promise<unknown>): Promise<readonly number[]> {
  const pings: number[] = [];
  let going = true;
  const stop = until.finally(() => (going = false));
  while (going) {
    const begin = performance.now();
    witness.say({ type: 'ping' });
    await hear(witness, 'pong');
    pings.push(performance.now() - begin);
    await Promise.race([stop, new Promise((resolve) => setTimeout(resolve, PING_PACE_MS))]);
  }
  await stop;
  return pings;
}
