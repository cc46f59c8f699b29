/** Talk through the whole server: sockets, the chat, and the store on the disk. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';
import type { Policy } from '#chat/policy';
import type { ClientMessage, Server, ServerMessage, WireName } from '#protocol/messages';

const POLICY: Policy = { mode: 'optional', registration: true, passwordWires: ['psk', 'tls', 'tls+psk'] };
const PASSWORD = 'seven green bicycles in the rain';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer({ policy: POLICY });
});
afterEach(() => test.close());

it('in private waits for an account that is away, and follows what becomes of it', async () => {
  await (await enter('tls+psk', { type: 'register', name: 'Owl', password: PASSWORD })).close();
  const fox = await enter('tls', { type: 'register', name: 'fox', password: PASSWORD });
  const eve = await enter('plain');
  const psst = await asked(fox, { type: 'say', room: '@owl', text: 'psst\u202e', ref: '1' }, 'ack');
  expect(psst).toMatchObject({ room: '@Owl', ref: '1' });

  const owl = await enter('psk', { type: 'login', name: 'owl', password: PASSWORD });
  const { rooms } = await asked(owl, { type: 'unread' }, 'unread');
  expect(rooms).toEqual([{ room: '@fox', unread: 1, read: 0, last: psst.id }]);
  const page = await asked(owl, { type: 'history', room: '@fox' }, 'history');
  expect(page).toMatchObject({ room: '@fox', messages: [{ id: psst.id, from: 'fox', text: 'psst' }] });
  const { id } = await asked(
    owl,
    { type: 'say', room: '@fox', text: 'What?', reply_to: psst.id, ref: '2' },
    'ack',
  );
  expect(await next(fox, 'message')).toMatchObject({ room: '@Owl', from: 'Owl', reply_to: psst.id });

  await asked(owl, { type: 'edit', id, text: 'Pardon?', ref: '3' }, 'edited');
  expect(await next(fox, 'edited')).toMatchObject({ room: '@Owl', id, text: 'Pardon?' });
  const found = await asked(fox, { type: 'search', room: '@owl', text: 'pardon' }, 'found');
  expect(found.messages).toMatchObject([{ id, room: '@Owl', text: 'Pardon?' }]);
  await asked(fox, { type: 'delete', id: psst.id, ref: '4' }, 'deleted');
  expect(await next(owl, 'deleted')).toMatchObject({ room: '@fox', id: psst.id, by: 'fox' });
  const later = await asked(owl, { type: 'history', room: '@fox' }, 'history');
  expect(later.messages).toMatchObject([
    { id: psst.id, text: '', deleted: true },
    { id, text: 'Pardon?', reply_to: psst.id },
  ]);

  for (const room of ['@owl', '@fox']) {
    const nothing = await asked(eve, { type: 'history', room }, 'history');
    expect(nothing.messages).toEqual([]);
  }
  expect(await asked(eve, { type: 'delete', id }, 'error')).toMatchObject({ code: 'no_such_message' });
  await Promise.all([fox, owl, eve].map((one) => one.close()));
});

it('in a room for the invited is theirs alone', async () => {
  const fox = await enter('tls', { type: 'register', name: 'fox', password: PASSWORD });
  const ana = await enter('plain', undefined, 'ana');
  await asked(fox, { type: 'create', room: 'den', access: 'invite', ref: 'c' }, 'done');
  expect(await asked(ana, { type: 'join', room: 'den' }, 'error')).toMatchObject({ code: 'not_invited' });
  const { rooms } = await asked(ana, { type: 'rooms' }, 'rooms');
  expect(rooms.map(({ name }) => name)).toEqual(['lobby']);
  await asked(fox, { type: 'invite', room: 'den', name: 'ana', ref: 'i' }, 'done');
  expect(await next(ana, 'invited')).toEqual({ type: 'invited', room: 'den', by: 'fox' });
  await asked(ana, { type: 'join', room: 'den' }, 'joined');
  const seed = await test.store.seed();
  expect(seed.rooms).toMatchObject([{ name: 'den', access: 'invite', invited: { length: 2 } }]);
  await Promise.all([fox, ana].map((one) => one.close()));
});

/** A connection that has proven who it is, if it should, and is in the lobby. */
async function enter(wire: WireName, proof?: ClientMessage, name?: string): Promise<Puppet> {
  const puppet = await Puppet.dial(test.target(wire));
  if (proof) await asked(puppet, proof, 'auth_success');
  await asked(puppet, { type: 'join', limit: 0, ...(name !== undefined && { name }) }, 'joined');
  return puppet;
}

async function asked<T extends ServerMessage['type']>(
  puppet: Puppet,
  message: ClientMessage,
  type: T,
): Promise<Server<T>> {
  puppet.say(message);
  return next(puppet, type);
}

/** The next message of this type: notices about who comes and goes meanwhile are skipped. */
async function next<T extends ServerMessage['type']>(puppet: Puppet, type: T): Promise<Server<T>> {
  for (let message = await puppet.next(); message; message = await puppet.next()) {
    if (message.type === type) return message as Server<T>;
    if (message.type === 'error' || message.type === 'auth_failed') throw new Error(JSON.stringify(message));
  }
  throw new Error(`the connection ended before any ${type}`);
}
