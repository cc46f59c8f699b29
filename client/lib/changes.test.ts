/** Edits and deletions while a client is away, against the real server. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { nextEvent } from '../../test/support/chat/chat-events.ts';
import { startCutter } from '../../test/support/flows/cutter.ts';
import { type TestServer, startTestServer } from '../../test/support/servers/server.ts';
import { ChatClient, type ChatClientOptions, type ChatEvent } from './chat-client.ts';

let server: TestServer;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(() => server.close());

async function connected(change: Partial<ChatClientOptions>): Promise<ChatClient> {
  const client = new ChatClient({ ...server.target('tls'), ...change });
  open.push(client);
  await client.connect();
  return client;
}

const becomes = (of: ChatClient, state: string): Promise<ChatEvent> =>
  nextEvent(of, (each) => each.type === 'state' && each.state === state);

it('are reported when it comes back: each message once, in its current state, in its room', async () => {
  const path = await startCutter(server.address('tls'));
  open.push(path);
  const ana = await connected({ name: 'ana' });
  const away = { name: 'ben', port: path.port, reconnect: { first: 3_000 }, random: () => 0.99 };
  const ben = await connected(away);
  await ben.join('attic');
  await ana.join('attic');
  const [first, second, third] = [await ana.say('one'), await ana.say('two'), await ana.say('three')];
  const inLobby = await ana.say('in the lobby', { room: 'lobby' });
  await ana.edit(first.id, 'one, while he is here');
  await ben.ping();

  const told: ChatEvent[] = [];
  const lost = becomes(ben, 'waiting');
  path.cut();
  await lost;
  ben.subscribe((event) => {
    if (event.type === 'edited' || event.type === 'deleted') told.push(event);
  });
  await ana.edit(second.id, 'two, changed');
  await ana.ask({ type: 'delete', id: third.id });
  await ana.edit(second.id, 'two, changed again');
  const late = await ana.say('said and');
  await ana.edit(late.id, 'said and changed');
  await ana.edit(inLobby.id, 'in the lobby, changed');
  expect(ben.state).toBe('waiting');
  const page = nextEvent(ben, ({ type }) => type === 'message');
  await becomes(ben, 'open');
  await ben.ping();

  expect(await page).toMatchObject({ id: late.id, text: 'said and changed' });
  const inAttic = { room: 'attic', by: 'ana' };
  expect(told.filter((event) => 'room' in event && event.room === 'attic')).toEqual([
    { type: 'deleted', id: third.id, ...inAttic },
    { type: 'edited', id: second.id, text: 'two, changed again', edited: expect.any(Number), ...inAttic },
  ]);
  expect(told).toContainEqual(expect.objectContaining({ room: 'lobby', text: 'in the lobby, changed' }));
  expect(told).toHaveLength(3);

  await ana.edit(first.id, 'one, again');
  await ben.ping();
  expect(told.at(-1)).toMatchObject({ id: first.id, text: 'one, again' });
  expect(told).toHaveLength(4);
});
