/** Chat clients of one server, on any wire. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { nextEvent } from './chat-events.ts';
import { type Cutter, startCutter } from '../flows/cutter.ts';
import { type TestServer, startTestServer } from '../servers/server.ts';
import type { WireName } from '#protocol/messages';
import { ChatClient, type ChatClientOptions, type ChatEvent } from '#client/chat-client';

export let server: TestServer;
let names = 0;
export const open: { close(): Promise<void> }[] = [];

/** Starts a server for the tests of the file, and closes the clients of each test. */
export function useServer(): void {
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  afterAll(() => server.close());
}

/** Every test has a room of its own, so that none hears another. */
export const freshRoom = (): string => `room-${++names}`;

export function client(wire: WireName, change: Partial<ChatClientOptions> = {}): ChatClient {
  const options = { ...server.target(wire), name: `member-${++names}`, reconnect: { first: 20 }, ...change };
  const made = new ChatClient(options);
  open.push(made);
  return made;
}

export async function connected(
  wire: WireName,
  change: Partial<ChatClientOptions> = {},
): Promise<ChatClient> {
  const made = client(wire, change);
  await made.connect();
  return made;
}

export async function cutter(wire: WireName): Promise<Cutter> {
  const made = await startCutter(server.address(wire));
  open.push(made);
  return made;
}

export const state = (of: ChatClient, name: ChatClient['state']): Promise<ChatEvent> =>
  nextEvent(of, (each) => each.type === 'state' && each.state === name);
