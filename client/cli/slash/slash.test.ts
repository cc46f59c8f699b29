/** The commands as a person uses them, against the real server: what is asked, what is printed. */
import { generateSync } from 'otplib';
import pc from 'picocolors';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../../test/support/servers/server.ts';
import { ChatClient } from '#client/chat-client';
import type { WireName } from '#protocol/messages';
import { nameKey } from '#protocol/names';
import { holdsSecret } from './account.ts';
import { parseArgs } from '#session/typed-arguments';
import type { SlashContext } from './command.ts';
import { SLASH_COMMANDS, runSlash } from './slash.ts';

const PASSWORD = 'correct horse battery staple';
let server: TestServer;
let names = 0;
const open: ChatClient[] = [];

beforeAll(async () => {
  server = await startTestServer({
    policy: { mode: 'optional', registration: true, passwordWires: ['plain', 'tls'] },
  });
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});
afterAll(() => server.close());

interface Person extends SlashContext {
  readonly printed: string[];
  readonly asked: string[];
  /** Runs a line, and answers its questions with these. */
  run(line: string, ...answers: (string | (() => string))[]): Promise<string[]>;
}

async function person(wire: WireName = 'tls', at = server): Promise<Person> {
  const client = new ChatClient({ ...at.target(wire), onLogin: 'wait' });
  open.push(client);
  await client.connect();
  const printed: string[] = [];
  const asked: string[] = [];
  let answers: (string | (() => string))[] = [];
  const context: Person = {
    client,
    colors: pc.createColors(false),
    printed,
    asked,
    oldest: new Map(),
    print: (line) => void printed.push(line),
    ask: (question, { secret = false } = {}) => {
      asked.push(`${secret ? 'secret: ' : ''}${question}`);
      const answer = answers.shift();
      return Promise.resolve(typeof answer === 'function' ? answer() : answer);
    },
    targetFor: (to) => Promise.resolve(at.target(to)),
    quit: () => undefined,
    async run(line, ...given) {
      answers = given;
      printed.length = 0;
      asked.length = 0;
      await runSlash(line, context);
      return printed;
    },
  };
  return context;
}

const freshName = (): string => `person${++names}`;

async function account(): Promise<Person & { readonly name: string }> {
  const [someone, name] = [await person(), freshName()];
  await someone.run(`/register ${name}`, PASSWORD, PASSWORD);
  return { ...someone, name };
}

describe('passwords', () => {
  it('are asked for without being shown, a new one twice and until it is good enough', async () => {
    const [ana, name] = [await person(), freshName()];
    await ana.run(`/register ${name}`, 'password', PASSWORD, 'a slip', PASSWORD, PASSWORD);
    expect(ana.asked).toEqual([
      'secret: New password: ',
      'secret: New password: ',
      'secret: The same again: ',
      'secret: New password: ',
      'secret: The same again: ',
    ]);
    expect(ana.printed.join('\n')).toMatch(/guessed at once.*heavily used.*very good.*not the same/s);
    expect(ana.client.name).toBe(name);
  });

  it('are never taken from the line, nor is the line remembered', async () => {
    const ana = await person();
    await expect(ana.run('/login ana hunter2')).rejects.toThrow('nothing after it');
    expect(ana.client.pending).toBe(0);
    for (const line of ['/login ana hunter2', ' /REGISTER a b', '/password old', '/2fa on pw'])
      expect(holdsSecret(line)).toBe(true);
    for (const line of ['/login ana', '/2fa on', '/msg login me', 'hello'])
      expect(holdsSecret(line)).toBe(false);
  });

  it('cross the plain wire only after a warning and a yes', async () => {
    const ana = await person('plain');
    expect(await ana.run('/register anyone', 'no')).toMatchObject([
      expect.stringContaining('can read what you type next'),
      expect.stringContaining('Nothing was sent'),
    ]);
    expect([ana.asked.length, ana.client.role]).toEqual([1, undefined]);
    await ana.run(`/register ${freshName()}`, 'yes', PASSWORD, PASSWORD);
    expect(ana.client.role).toBe('user');
  });
});

describe('an account', () => {
  it('has a second factor shown as QR code and secret, and its codes asked for at the login', async () => {
    const ana = await account();
    const secret = (): string =>
      ana.printed
        .join('\n')
        .replace(/^.*type the secret into it: ([A-Z2-7 ]+).*$/s, '$1')
        .replaceAll(' ', '');
    await ana.run('/2fa on', PASSWORD, '000000', () => generateSync({ secret: secret() }));
    expect(ana.printed.join('\n')).toMatch(/[█▀▄]{3}.*wrong.*second factor is on.*recovery codes/s);
    const recovery = ana.printed.at(-1)?.trim().split(/\s+/)[0] ?? '';
    await ana.run('/logout');
    await ana.run(`/login ${ana.name}`, PASSWORD, '111111', recovery);
    expect(ana.asked.map((question) => question.slice(0, 12))).toEqual([
      'secret: Pass',
      'secret: Code',
      'secret: Code',
    ]);
    expect(ana.printed.at(-1)).toContain('9 are left');
    expect(await ana.run('/2fa off', PASSWORD)).toEqual(['The second factor is off.']);
  });

  it('lists and ends its logins, and can continue as a guest', async () => {
    const ana = await account();
    expect((await ana.run('/sessions'))[0]).toMatch(/^ {2}\w+ {2}this one, tls from 127\.0\.0\.1, since /);
    await ana.run('/revoke others');
    await ana.run('/password', PASSWORD, 'staple battery horse correct', 'staple battery horse correct');
    expect(ana.printed.at(-1)).toContain('is changed');
    await ana.run('/logout');
    await ana.run('/guest');
    await expect(ana.run('/guest')).rejects.toThrow('You are already in the chat');
    await expect(ana.run('/sessions')).rejects.toMatchObject({ code: 'auth_required' });
  });
});

describe('talk', () => {
  it('is numbered, and can be answered, edited, found and deleted', async () => {
    const ana = await account();
    await ana.run(`/create ${freshName()} invite`);
    const { id } = await ana.client.say('the first');
    expect((await ana.run(`/reply ${id} to  that`))[0]).toMatch(
      new RegExp(`·${id + 1} #\\S+ ${ana.name}: ↳·${id} to {2}that$`),
    );
    await ana.run(`/edit ·${id} the very first`);
    expect((await ana.run('/search "very first"'))[0]).toMatch(/the very first \(edited\)$/);
    await ana.run(`/delete ${id}`);
    expect((await ana.run('/history 2'))[0]).toMatch(/: \(deleted\)$/);
    expect((await ana.run('/history 1')).at(-1)).toContain('/history more');
    expect((await ana.run('/history more'))[0]).toMatch(/: \(deleted\)$/);
    await expect(ana.run('/edit x y')).rejects.toThrow('x is not the number of a message');
  });

  it('can go to one member alone, and /who shows who is here', async () => {
    const [ana, ben] = [await account(), await person()];
    expect((await ana.run(`/msg @${ben.client.name} psst`))[0]).toMatch(/@\S+ person\d+: psst$/);
    expect(await ana.run('/who')).toContainEqual(`  ${ana.name}  user, on tls`);
    expect((await ana.run('/rooms')).join('\n')).toMatch(/#lobby {2}\d+ members, you too/);
    expect(await ben.run('/away')).toEqual(['You are shown as away. Type /back when you are here again.']);
  });
});

describe('moderation', () => {
  async function admin(): Promise<Person & { readonly name: string }> {
    const boss = await account();
    const { answers } = server.store;
    const known = await answers.accountByKey({ key: nameKey(boss.name) });
    await answers.setRole({ id: known?.id ?? 0, role: 'admin' });
    await boss.run('/logout');
    await boss.run(`/login ${boss.name}`, PASSWORD);
    return boss;
  }

  it('takes durations, names and addresses, and reports the outcome', async () => {
    const [boss, ben] = [await admin(), await account()];
    const room = freshName();
    for (const each of [boss, ben]) await each.run(`/join ${room}`);
    await boss.run(`/mute ${ben.name} 10m too loud`);
    await expect(ben.client.say('but')).rejects.toMatchObject({ code: 'muted' });
    expect((await boss.run('/bans'))[0]).toMatch(
      new RegExp(`^ {2}mute ${ben.name} until .* by ${boss.name}: too loud$`),
    );
    await boss.run(`/unmute ${ben.name}`);
    await boss.run('/lock');
    await expect(ben.client.say('locked?')).rejects.toMatchObject({ code: 'room_locked' });
    await boss.run('/unlock');
    await boss.run('/slow 1h');
    await ben.client.say('one');
    await expect(ben.client.say('two')).rejects.toMatchObject({
      code: 'slow_mode',
      retryAfter: expect.any(Number) as number,
    });
    await boss.run('/slow off');
    const out = new Promise((resolve) =>
      ben.client.subscribe((event) => event.type === 'left' && resolve(event.room)),
    );
    await boss.run(`/kick ${ben.name} enough`);
    expect(await out).toBe(room);
  });

  it('changes a role at once, and sets and lifts bans', async () => {
    const [boss, ben] = [await admin(), await account()];
    const heard = new Promise((resolve) =>
      ben.client.subscribe(
        (event) => event.type === 'notice' && event.event === 'role' && resolve(event.role),
      ),
    );
    await boss.run(`/appoint ${ben.name} moderator`);
    expect([await heard, ben.client.role]).toEqual(['moderator', 'moderator']);
    await ben.run('/ban 192.0.2.0/24 7d noise');
    expect((await ben.run('/bans'))[0]).toMatch(/^ {2}ban 192\.0\.2\.0\/24 until .*: noise$/);
    await ben.run('/unban 192.0.2.0/24');
    expect(await ben.run('/bans')).toEqual(['Nobody is banned or muted.']);
  });
});

describe('every command', () => {
  it('is in /help, alone and in the list', async () => {
    const ana = await person();
    const list = (await ana.run('/help')).join('\n');
    for (const { name, usage, help } of SLASH_COMMANDS) {
      expect(list).toContain(usage);
      expect(await ana.run(`/help ${name}`)).toEqual([`  ${usage}: ${help}`]);
    }
    await expect(ana.run('/lgoin')).rejects.toThrow('Did you mean /leave or /login');
  });

  it.each([
    '/mute ben',
    '/mute ben soon',
    '/slow',
    '/appoint ben king',
    '/ban',
    '/create',
    '/2fa',
    '/reply',
    '/wire tls 0',
  ])('%s says how it is used, and sends nothing', async (line) => {
    const ana = await person();
    await expect(ana.run(line)).rejects.toMatchObject({ name: 'SlashError' });
    expect(ana.client.pending).toBe(0);
  });

  it('gets its words and its text as they were typed', () => {
    const { words, text } = parseArgs('  ben   two  words ');
    expect([words, text(0), text(1), text(3)]).toEqual([
      ['ben', 'two', 'words'],
      'ben   two  words',
      'two  words',
      undefined,
    ]);
  });
});

describe('on a server that records the traffic on its wires', () => {
  const RECORDED = expect.stringMatching(
    /records the traffic on its wires.*passwords and private messages/,
  ) as string;
  let tapped: TestServer;
  beforeAll(async () => {
    tapped = await startTestServer({
      policy: { mode: 'optional', registration: true, passwordWires: ['plain', 'tls'] },
      tapped: true,
    });
  });
  afterAll(() => tapped.close());

  /** The lines that were printed before each question. */
  function printedBeforeAsked(someone: Person): string[][] {
    const before: string[][] = [];
    const { ask } = someone;
    Object.assign(someone, {
      ask: (...question: Parameters<typeof ask>) => {
        before.push([...someone.printed]);
        return ask(...question);
      },
    });
    return before;
  }

  it.each(['/register', '/login'])('%s says so before a password is typed', async (command) => {
    const ana = await person('tls', tapped);
    const before = printedBeforeAsked(ana);
    await ana.run(`${command} ${freshName()}`);
    expect(before).toEqual([[RECORDED]]);
  });

  it.each(['/password', '/2fa on', '/2fa off'])('%s says so before a password is typed', async (command) => {
    const ana = await person('tls', tapped);
    await ana.run(`/register ${freshName()}`, PASSWORD, PASSWORD);
    const before = printedBeforeAsked(ana);
    await ana.run(command);
    expect(before).toEqual([[RECORDED]]);
  });

  it('/msg says so before a private message is typed, and before the first one that is typed on its line', async () => {
    const [ana, ben] = [await person('tls', tapped), await person('tls', tapped)];
    const { name = '' } = ben.client;
    const before = printedBeforeAsked(ana);
    await ana.run(`/msg ${name}`, 'psst');
    expect(before).toEqual([[RECORDED]]);
    expect((await ana.run(`/msg ${name} again`)).filter((line) => line.startsWith('!'))).toEqual([]);
    const [warning] = await ben.run(`/dm ${ana.client.name ?? ''} yes?`);
    expect(warning).toEqual(RECORDED);
  });
});

it('gives no warning on a server that does not record', async () => {
  const ana = await person();
  await ana.run(`/register ${freshName()}`, PASSWORD, PASSWORD);
  expect(ana.printed.join('\n')).not.toContain('records the traffic');
});

describe('command names from other chat programs', () => {
  it.each(['/dm', '/tell', '/whisper'])('%s is /msg', async (word) => {
    const [ana, ben] = [await person(), await person()];
    expect((await ana.run(`${word} ${ben.client.name ?? ''} psst`)).join('\n')).toContain('psst');
    expect((await ana.run(`/help ${word}`)).join('\n')).toContain('/msg NAME');
  });

  it('/nick tells a guest to start again, and an account that it keeps its name', async () => {
    const [guest, owner] = [await person(), await account()];
    await expect(guest.run('/nick fox')).rejects.toThrow('start again with --name');
    await expect(owner.run('/nick fox')).rejects.toThrow(`that of your account, ${owner.name}`);
  });
});
