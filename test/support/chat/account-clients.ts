/** Clients with accounts, on servers with different policies. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type TestServer, startTestServer } from '../servers/server.ts';
import type { Policy } from '#chat/policy';
import type { WireName } from '#protocol/messages';
import { ChatClient, type ChatClientOptions } from '#client/chat-client';

export const PASSWORD = 'correct horse battery staple';
export const POLICY: Policy = {
  mode: 'optional',
  registration: true,
  passwordWires: ['psk', 'tls', 'tls+psk'],
};

export let server: TestServer;
export let strict: TestServer;
export let lesson: TestServer;
let names = 0;
export const open: { close(): Promise<void> }[] = [];

/** Starts the servers for the tests of the file, and closes the clients of each test. */
export function useServers(): void {
  beforeAll(async () => {
    server = await startTestServer({ policy: POLICY });
    strict = await startTestServer({ policy: { ...POLICY, mode: 'required' } });
    lesson = await startTestServer({ policy: { ...POLICY, passwordWires: ['plain'] } });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  afterAll(async () => {
    for (const each of [server, strict, lesson]) await each.close();
  });
}

const freshName = (): string => `ana-${++names}`;

export async function connected(
  wire: WireName,
  change: Partial<ChatClientOptions> = {},
  at = server,
): Promise<ChatClient> {
  const client = new ChatClient({ ...at.target(wire), reconnect: { first: 20 }, onLogin: 'wait', ...change });
  open.push(client);
  await client.connect();
  return client;
}

/** An account of its own, logged in over tls. */
export async function registered(change: Partial<ChatClientOptions> = {}): Promise<ChatClient> {
  const client = await connected('tls', change);
  await client.account.register(freshName(), PASSWORD);
  return client;
}
