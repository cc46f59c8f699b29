/** Who may ask for what, on the real server: a table of role × command × wire, every cell of it asserted. */
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '#chat/policy';
import { type ClientMessage, type ServerMessage, WIRE_NAMES, type WireName } from '#protocol/messages';
import { CLIENT_EXAMPLES } from '../support/chat/message-examples.ts';
import { type Actor, CELLS } from '../support/chat/role-table.ts';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';

type Type = ClientMessage['type'];

const PASSWORD = 'correct horse battery';
const EVERYWHERE: Policy = { mode: 'optional', registration: true, passwordWires: WIRE_NAMES };

/** One cell's own people and room, so that no cell sees another. */
interface Scene {
  readonly me: Puppet;
  readonly room: string;
  readonly user: string;
  readonly guest: string;
  /** Id of what the user said. */
  readonly said: number;
  readonly close: () => Promise<void>;
}

let open: TestServer;
let closed: TestServer;
let cells = 0;
beforeAll(async () => {
  open = await startTestServer({ policy: EVERYWHERE });
  closed = await startTestServer({ policy: { ...EVERYWHERE, mode: 'required' } });
});
afterAll(async () => {
  await open.close();
  await closed.close();
});

/** The last answer to a request: skips what others do in the meantime. */
async function ask(puppet: Puppet, request: ClientMessage): Promise<ServerMessage | undefined> {
  puppet.say(request);
  for (let heard = await puppet.next(); heard; heard = await puppet.next()) {
    if (heard.type === 'error' || heard.type === 'auth_failed') return heard;
    if (answers(request, heard)) return heard;
  }
  return undefined;
}

/** Messages that answer a request under another name than `done`, `error` or `auth_failed`. */
const ANSWERS: Partial<Record<Type, readonly ServerMessage['type'][]>> = {
  join: ['joined'],
  leave: ['left'],
  say: ['ack'],
  edit: ['edited'],
  delete: ['deleted'],
  search: ['found'],
  who: ['members'],
  ping: ['pong'],
  register: ['auth_success'],
  login: ['auth_success'],
  totp_begin: ['totp'],
  totp_confirm: ['recovery_codes'],
};
/** These get no answer when all is well: the answer to a ping sent after them shows it. */
const UNANSWERED: readonly Type[] = ['presence', 'typing', 'read'];

function answers(request: ClientMessage, heard: ServerMessage): boolean {
  if (heard.type === 'done') return heard.of === request.type;
  const expected: readonly string[] = ANSWERS[request.type] ?? [request.type];
  return expected.includes(heard.type);
}

async function arrive(server: TestServer, wire: WireName, request?: ClientMessage): Promise<Puppet> {
  const puppet = await Puppet.dial(server.target(wire));
  await puppet.expect('welcome');
  await puppet.expect('auth_required');
  if (request) expect(await ask(puppet, request)).toMatchObject({ type: ANSWERS[request.type]?.[0] });
  return puppet;
}

async function sceneFor(actor: Actor, wire: WireName): Promise<Scene> {
  const n = `${(cells += 1)}`;
  const server = actor === 'nobody' ? closed : open;
  const [room, user, guest, own] = [`room-${n}`, `ula-${n}`, `gus-${n}`, `me-${n}`];
  const ula = await arrive(open, 'tls', { type: 'register', name: user, password: PASSWORD });
  await ask(ula, { type: 'join', room });
  await ask(ula, { type: 'create', room, access: 'public' });
  const ack = await ask(ula, { type: 'say', text: 'tea', room });
  const gus = await arrive(open, 'psk', { type: 'join', name: guest, room });
  const me = await arrive(server, wire);
  if (actor === 'nobody') await closed.server.operate({ type: 'register', name: user, password: PASSWORD });
  else if (actor === 'guest') await ask(me, { type: 'join', name: own, room });
  else {
    await ask(me, { type: 'register', name: own, password: PASSWORD });
    if (actor !== 'user') {
      const role = actor === 'admin' ? 'admin' : 'moderator';
      expect(await server.server.operate({ type: 'appoint', name: own, role })).toMatchObject({
        type: 'done',
      });
    }
    await ask(me, { type: 'join', room });
  }
  const said = ack?.type === 'ack' ? ack.id : -1;
  const close = async (): Promise<void> => {
    await Promise.all([ula, gus, me].map((puppet) => puppet.close()));
  };
  return { me, room, user, guest, said, close };
}

type Step = (scene: Scene, last: ServerMessage | undefined) => ClientMessage | Promise<ClientMessage>;

const begin: Step = () => ({ type: 'totp_begin', password: PASSWORD });
const confirm: Step = async (_, last) => {
  const secret = last?.type === 'totp' ? last.secret : 'A'.repeat(32);
  return { type: 'totp_confirm', code: await generate({ secret }) };
};

/** What to send so that only the role can stand in the way; anything else that it needs is sent before. */
const STEPS: Partial<Record<Type, readonly Step[]>> = {
  join: [({ room }) => ({ type: 'join', room: `${room}-b` })],
  leave: [({ room }) => ({ type: 'leave', room })],
  say: [({ room }) => ({ type: 'say', text: 'hi', room })],
  edit: [
    ({ room }) => ({ type: 'say', text: 'mine', room }),
    (_, last) => ({ type: 'edit', id: last?.type === 'ack' ? last.id : 1, text: 'changed' }),
  ],
  delete: [({ said: id }) => ({ type: 'delete', id })],
  history: [({ room }) => ({ type: 'history', room })],
  typing: [({ room }) => ({ type: 'typing', room })],
  read: [({ room, said: id }) => ({ type: 'read', room, id })],
  create: [({ room }) => ({ type: 'create', room: `${room}-c`, access: 'public' })],
  invite: [
    ({ room }) => ({ type: 'create', room: `${room}-d`, access: 'invite' }),
    ({ room, user: name }) => ({ type: 'invite', room: `${room}-d`, name }),
  ],
  uninvite: [
    ({ room }) => ({ type: 'create', room: `${room}-d`, access: 'invite' }),
    ({ room, user: name }) => ({ type: 'invite', room: `${room}-d`, name }),
    ({ room, user: name }) => ({ type: 'uninvite', room: `${room}-d`, name }),
  ],
  remove: [({ room }) => ({ type: 'remove', room })],
  who: [({ room }) => ({ type: 'who', room })],
  register: [({ room }) => ({ type: 'register', name: `new-${room}`, password: PASSWORD })],
  login: [({ user: name }) => ({ type: 'login', name, password: PASSWORD })],
  password: [() => ({ type: 'password', old: PASSWORD, new: 'another good one' })],
  totp_begin: [begin],
  totp_confirm: [begin, confirm],
  totp_remove: [begin, confirm, () => ({ type: 'totp_remove', password: PASSWORD })],
  mute: [({ guest: name }) => ({ type: 'mute', name, seconds: 60 })],
  unmute: [
    ({ guest: name }) => ({ type: 'mute', name, seconds: 60 }),
    ({ guest: name }) => ({ type: 'unmute', name }),
  ],
  kick: [({ guest: name }) => ({ type: 'kick', name })],
  ban: [({ guest: name }) => ({ type: 'ban', name })],
  unban: [({ guest: name }) => ({ type: 'ban', name }), ({ guest: name }) => ({ type: 'unban', name })],
  lock: [({ room }) => ({ type: 'lock', room, locked: true })],
  slow: [({ room }) => ({ type: 'slow', room, seconds: 5 })],
  appoint: [({ user: name }) => ({ type: 'appoint', name, role: 'moderator' })],
};

/** The outcome of the last step: the code of its refusal, or `ok`. */
async function outcome(scene: Scene, type: Type): Promise<string> {
  const steps = STEPS[type] ?? [() => ({ type, ...CLIENT_EXAMPLES[type].least }) as ClientMessage];
  let last: ServerMessage | undefined;
  for (const step of steps) {
    const request = await step(scene, last);
    if (UNANSWERED.includes(request.type)) {
      scene.me.say(request);
      last = await ask(scene.me, { type: 'ping' });
    } else last = await ask(scene.me, request);
  }
  if (type === 'bye') return last === undefined ? 'ok' : last.type;
  if (last === undefined) return 'the connection ended';
  return last.type === 'error' || last.type === 'auth_failed' ? last.code : 'ok';
}

/** The operator has an interface of its own, which is not a wire. */
const ON_WIRES = CELLS.filter(([actor]) => actor !== 'operator');

describe.each(WIRE_NAMES)('on the %s wire', (wire) => {
  it.each(ON_WIRES)('%s, %s: %s', async (actor, type, code) => {
    const scene = await sceneFor(actor, wire);
    try {
      expect(await outcome(scene, type)).toBe(code);
    } finally {
      await scene.close();
    }
  });
});

describe('where the operator has not allowed it', () => {
  const SIGNING: readonly ClientMessage[] = [
    { type: 'register', name: 'ana', password: PASSWORD },
    { type: 'login', name: 'ana', password: PASSWORD },
    { type: 'second_factor', code: '123456' },
    { type: 'resume', token: 'ab'.repeat(32) },
  ];

  it.each(SIGNING)('no $type is accepted on the plain wire', async (request) => {
    const policy: Policy = { ...EVERYWHERE, passwordWires: ['psk', 'tls', 'tls+psk'] };
    const server = await startTestServer({ policy });
    const puppet = await Puppet.dial(server.target('plain'));
    await puppet.expect('welcome');
    expect(await puppet.expect('auth_required')).toMatchObject({ allowed: false });
    expect(await ask(puppet, request)).toMatchObject({ type: 'auth_failed', code: 'unsafe_wire' });
    await puppet.close();
    await server.close();
  });
});
