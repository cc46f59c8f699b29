/** Accounts against the real server, over real sockets: logging in, coming back, second factor, other windows. */
import { generateSync } from 'otplib';
import { describe, expect, it } from 'vitest';
import { nextEvent } from '../../../test/support/chat/chat-events.ts';
import { type Cutter, startCutter } from '../../../test/support/flows/cutter.ts';
import type { ChatClient } from '../chat-client.ts';
import { type ChatEvent } from '../chat-client.ts';
import {
  PASSWORD,
  server,
  strict,
  lesson,
  open,
  connected,
  registered,
  useServers,
} from '../../../test/support/chat/account-clients.ts';

useServers();

const opened = (of: ChatClient): Promise<ChatEvent> =>
  nextEvent(of, (each) => each.type === 'state' && each.state === 'open');

async function cutter(): Promise<Cutter> {
  const made = await startCutter(server.address('tls'));
  open.push(made);
  return made;
}

describe('an account', () => {
  it('can be made, logged out of, and logged in to with its password', async () => {
    const client = await registered();
    const { name = '' } = client;
    expect([client.role, client.account.name]).toEqual(['user', name]);
    await client.say('as myself');
    await client.account.logout();
    expect([client.role, client.state]).toEqual([undefined, 'login']);
    await expect(client.say('as nobody')).rejects.toMatchObject({ code: 'auth_required' });
    await expect(client.account.login(name, 'something else')).rejects.toMatchObject({
      code: 'bad_credentials',
    });
    expect(await client.account.login(name.toUpperCase(), PASSWORD)).toMatchObject({ loggedIn: true, name });
    await client.say('myself again');
    const { messages } = await client.history({ limit: 2 });
    expect(messages.map(({ from }) => from)).toEqual([name, name]);
  });

  it('keeps guests from its name, who get another one', async () => {
    const { name = '' } = await registered();
    await expect(connected('tls', { name })).rejects.toMatchObject({ code: 'name_taken' });
    const guest = await connected('tls', { loginFirst: true });
    expect([guest.state, guest.goOnAsGuest()]).toEqual(['login', true]);
    await opened(guest);
    expect(guest.role).toBeUndefined();
  });

  it('stays logged in over lost connections, with nothing lost', async () => {
    const path = await cutter();
    const [ana, ben] = [await registered({ port: path.port }), await connected('plain')];
    const texts: string[] = [];
    ben.subscribe((each) => {
      if (each.type === 'message' && each.from === ana.name) texts.push(each.text);
    });
    const acks: Promise<unknown>[] = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 10; i++) acks.push(ana.say(`${round} ${i}`));
      const back = opened(ana);
      path.cut();
      await back;
    }
    await Promise.all(acks);
    await ben.ping();
    expect(texts).toEqual(
      [0, 1, 2].flatMap((round) => Array.from({ length: 10 }, (_, i) => `${round} ${i}`)),
    );
    expect(ana.role).toBe('user');
  });

  it('goes along from wire to wire, but to the plain one only if both sides agree', async () => {
    const ana = await registered();
    const { name } = ana;
    for (const wire of ['psk', 'tls+psk', 'tls'] as const) {
      await ana.switchWire(server.target(wire));
      expect([ana.wire, ana.name, ana.role]).toEqual([wire, name, 'user']);
    }
    await expect(ana.switchWire(server.target('plain'))).rejects.toMatchObject({ code: 'unsafe_wire' });
    const back = opened(ana);
    await expect(ana.switchWire(server.target('plain'), { confirmPlain: true })).rejects.toMatchObject({
      code: 'unsafe_wire',
    });
    await back;
    expect([ana.wire, ana.name, ana.role]).toEqual(['tls', name, 'user']);
  });

  it('may have many clients: what one says counts as the user’s own in the others', async () => {
    const first = await registered();
    const { name = '' } = first;
    const second = await connected('psk', { loginFirst: true });
    await second.account.login(name, PASSWORD);
    await opened(second);
    const heard = nextEvent(second, ({ type }) => type === 'message');
    await first.say('from the first');
    expect(await heard).toMatchObject({ from: name, text: 'from the first', own: true });
  });
});

describe('a second factor', () => {
  it('is required at the next login; a recovery code is accepted, too', async () => {
    const client = await registered();
    const { name = '' } = client;
    const { secret, uri } = await client.account.beginSecondFactor(PASSWORD);
    expect(uri).toContain(secret);
    const codes = await client.account.confirmSecondFactor(generateSync({ secret }));
    expect(codes.length).toBe(10);
    await client.account.logout();
    expect(await client.account.login(name, PASSWORD)).toEqual({ loggedIn: false });
    await expect(client.account.secondFactor('000000')).rejects.toMatchObject({
      code: 'second_factor_wrong',
    });
    expect(await client.account.secondFactor(codes[0] ?? '')).toMatchObject({
      loggedIn: true,
      recoveryLeft: 9,
    });
    await client.account.removeSecondFactor(PASSWORD);
    await client.account.logout();
    expect(await client.account.login(name, PASSWORD)).toMatchObject({ loggedIn: true });
  });
});

describe('on the plain wire', () => {
  it('no password leaves the client if the server accepts none', async () => {
    const path = await startCutter(server.address('plain'));
    open.push(path);
    const client = await connected('plain', { port: path.port });
    for (const confirmPlain of [true, false]) {
      await expect(client.account.login('ana', PASSWORD, { confirmPlain })).rejects.toMatchObject({
        code: 'unsafe_wire',
      });
    }
    expect(client.pending).toBe(0);
  });

  it('a password is sent for a lesson, once the person has agreed', async () => {
    const client = await connected('plain', {}, lesson);
    await expect(client.account.register('ana', PASSWORD)).rejects.toMatchObject({ code: 'unsafe_wire' });
    expect(await client.account.register('ana', PASSWORD, { confirmPlain: true })).toMatchObject({
      loggedIn: true,
    });
  });
});

describe('where an account is required', () => {
  it('connecting waits for a login, or fails where none is possible', async () => {
    await expect(connected('tls', { onLogin: 'fail' }, strict)).rejects.toMatchObject({
      code: 'auth_required',
    });
    const client = await connected('tls', {}, strict);
    expect([client.state, client.goOnAsGuest(), client.auth?.mode]).toEqual(['login', false, 'required']);
    const early = client.say('typed early').catch((error: unknown) => error);
    expect(await early).toMatchObject({ code: 'auth_required' });
    await client.account.register('ana', PASSWORD);
    expect(await client.say('hello')).toMatchObject({ kind: 'sent' });
  });
});

describe('requests', () => {
  it('edit, find, delete, count and list', async () => {
    const [ana, ben] = [await registered(), await connected('psk')];
    const { id } = await ana.say('the quick brown fox');
    const changed = nextEvent(ben, ({ type }) => type === 'edited');
    expect(await ana.edit(id, 'the quick red fox')).toMatchObject({ id, text: 'the quick red fox' });
    expect(await changed).toMatchObject({ id, by: ana.name });
    await ben.say('and?', { replyTo: id });
    const found = await ana.ask({ type: 'search', text: 'red fox' });
    expect(found.messages).toMatchObject([{ id, room: 'lobby' }]);
    const { members } = await ana.ask({ type: 'who', room: 'lobby' });
    expect(members).toContainEqual({ name: ana.name, role: 'user', presence: 'here', via: 'tls' });
    expect(await ana.ask({ type: 'delete', id })).toMatchObject({ type: 'deleted', id });
    await expect(ana.edit(id, 'again')).rejects.toMatchObject({ code: 'no_such_message' });
    expect((await ana.ask({ type: 'unread' })).rooms).toEqual(expect.any(Array));
  });

  it('private messages reach an account in all its clients, and a guest', async () => {
    const [ana, ben] = [await registered(), await connected('psk')];
    const heard = nextEvent(ben, ({ type }) => type === 'message');
    await ana.say('psst', { room: `@${ben.name ?? ''}` });
    expect(await heard).toMatchObject({ room: `@${ana.name ?? ''}`, text: 'psst', own: false });
  });
});
