/** The terminal client as a person uses it: the real program, in a pseudo-terminal that Python makes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ChatClient } from '#client/chat-client';
import { nextEvent } from '../support/chat/chat-events.ts';
import { describeWith } from '../support/programs/needs.ts';
import { Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { KEYS, Terminal } from '../support/programs/terminal.ts';

const PASSWORD = 'Lantern-orchid-47';
const SIGTERM = 15;
// Text in another colour than the terminal's own (ECMA-48, SGR).
// eslint-disable-next-line no-control-regex
const COLOUR = /\x1b\[3[1-6]m/;

let data: string;
let serve: Program;
let ready: Ready;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-terminal-'));
  ({ program: serve, ready } = await startServe(data));
}, 120_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  serve.child.kill('SIGKILL');
  await serve.finished;
  await rm(data, { recursive: true, force: true });
});

const args = (...more: string[]): string[] => [
  'chat',
  '--data',
  data,
  '--logins',
  join(data, 'logins.json'),
  ...more,
];

/** Another member, who talks over the plain wire. */
async function member(name: string, room?: string): Promise<ChatClient> {
  const client = new ChatClient({ ...(await targetOf(ready, 'plain')), name, room });
  await client.connect();
  open.push(client);
  return client;
}

const said = (of: ChatClient): ReturnType<typeof nextEvent> =>
  nextEvent(of, ({ type }) => type === 'message');

describeWith(['pty'], 'the terminal client', ({ pty }) => {
  function chat(...more: string[]): Terminal {
    const terminal = new Terminal(pty, args(...more));
    open.push({ close: () => terminal.stop() });
    return terminal;
  }

  /** An account that was made on this terminal, and is logged in. */
  async function registered(name: string): Promise<Terminal> {
    const terminal = chat('--guest', '--name', `${name}-before`);
    await terminal.answer('-before #lobby tls ›', `/register ${name}`);
    await terminal.answer('New password: ', PASSWORD);
    await terminal.answer('The same again: ', PASSWORD);
    await terminal.shown(`${name} #lobby tls ›`);
    return terminal;
  }

  it('completes commands and names with Tab, and shows what there is where it cannot choose', async () => {
    const ben = await member('benedikt');
    const terminal = chat('--name', 'ana');
    await terminal.shown('ana #lobby tls ›');
    /** Types something, then Tab by itself: in the middle of more input it counts as pasted. */
    const completed = async (keys: string, shown: string): Promise<void> => {
      const place = terminal.raw.length;
      terminal.type(keys);
      await terminal.shown(keys.replace(KEYS.ctrlU, ''), place);
      terminal.type(KEYS.tab);
      await terminal.shown(shown, place);
    };
    await completed('/u', '/un');
    await completed('', '/unread');
    const choice = stripVTControlCharacters(terminal.raw);
    for (const name of ['/unmute', '/unban', '/unlock']) expect(choice).toContain(name);
    const heard = said(ben);
    await completed(`${KEYS.ctrlU}/ms`, '/msg ');
    await completed('bene', 'benedikt ');
    terminal.type(`psst${KEYS.enter}`);
    expect(await heard).toMatchObject({ room: '@ana', from: 'ana', text: 'psst' });
    const addressed = said(ben);
    await completed('BENE', 'benedikt: ');
    terminal.type(`hello${KEYS.enter}`);
    expect(await addressed).toMatchObject({ room: 'lobby', text: 'benedikt: hello' });
  });

  it('shows no byte of a password, neither when it is chosen nor at a login', async () => {
    const terminal = await registered('carla');
    await terminal.answer('carla #lobby tls ›', '/logout');
    await terminal.answer('not logged in #lobby tls ›', '/login carla');
    const asked = await terminal.answer('Password of carla: ', PASSWORD);
    const shown = await terminal.shown('* logged in as carla (user)', asked);
    // Between the question and its outcome there are only the end of the line and the prompt again.
    expect(shown.slice(0, shown.indexOf('*'))).toBe('\r\nnot logged in #lobby tls › ');
    expect(terminal.raw).not.toContain(PASSWORD);
    // The input history does not have it either.
    await terminal.shown('carla #lobby tls ›', asked);
    const place = terminal.raw.length;
    terminal.type(`\x1b[A`);
    await terminal.shown('/login carla', place);
  });

  it('counts in the prompt what is unread in another room, until the user goes there', async () => {
    const terminal = chat('--name', 'dora');
    await terminal.answer('dora #lobby tls ›', '/join garden');
    await terminal.answer('dora #garden tls ›', '/join lobby');
    const erik = await member('erik', 'garden');
    const from = terminal.raw.length;
    await erik.say('one');
    await terminal.shown('dora #lobby tls [#garden 1] ›', from);
    await erik.say('two');
    const place = await terminal.answer('dora #lobby tls [#garden 2] ›', '/join garden');
    await terminal.shown('dora #garden tls ›', place);
    expect(stripVTControlCharacters(terminal.raw.slice(place))).not.toContain('[#garden');
  });

  it('has colours on the terminal and none in a pipe', async () => {
    const frida = await member('frida');
    const terminal = chat('--name', 'gustav');
    await terminal.shown('gustav #lobby tls ›');
    const piped = new Program(args('--guest', '--name', 'hanna'), { CI: '', TERM: 'xterm-256color' });
    const line = piped.line();
    await nextEvent(frida, (each) => each.type === 'member_joined' && each.name === 'hanna');
    await frida.say('in colour?');
    await terminal.shown('frida (guest): in colour?');
    expect(terminal.raw).toMatch(COLOUR);
    expect(await line).toMatch(/#lobby frida \(guest\): in colour\?$/);
    piped.child.stdin.end();
    const { code, stdout, stderr } = await piped.finished;
    expect(code).toBe(0);
    expect(stderr).toContain('connected: tls wire');
    expect(stdout + stderr).not.toContain('\x1b');
  });

  it('takes a login along to another wire, without a password', async () => {
    const ida = await registered('ida');
    const jan = await member('jan');
    const place = await ida.answer('ida #lobby tls ›', '/wire psk');
    await ida.shown('ida #lobby psk ›', place);
    expect(stripVTControlCharacters(ida.raw.slice(place))).not.toContain('Password');
    const heard = said(jan);
    ida.type(`still myself${KEYS.enter}`);
    expect(await heard).toMatchObject({ from: 'ida', text: 'still myself', via: 'psk' });
    const { members } = await jan.ask({ type: 'who', room: 'lobby' });
    expect(members).toContainEqual({ name: 'ida', role: 'user', presence: 'here', via: 'psk' });
  });

  it.each([
    ['Ctrl-C', KEYS.ctrlC],
    ['Ctrl-D', KEYS.ctrlD],
    ['/quit', `/quit${KEYS.enter}`],
  ])('ends with 0 by %s, and leaves the terminal as it was', async (_, keys) => {
    const terminal = chat('--guest');
    await terminal.shown(/-\S+ #lobby tls ›/);
    terminal.type(`said last${KEYS.enter}`);
    await terminal.shown(/: said last$/m);
    terminal.type(keys);
    const { code, signal, modesBefore, modesAfter } = await terminal.ended;
    expect([code, signal, modesAfter]).toEqual([0, null, modesBefore]);
    expect(terminal.raw).toContain('Goodbye.');
  });

  it('cancels only the question with Ctrl-C while one is asked', async () => {
    const terminal = chat('--guest');
    await terminal.answer(/-\S+ #lobby tls ›/, '/login nobody');
    await terminal.shown('Password of nobody: ');
    const place = terminal.raw.length;
    terminal.type(`half a pass${KEYS.ctrlC}`);
    await terminal.shown('#lobby tls ›', place);
    terminal.type(KEYS.ctrlD);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.raw).not.toContain('half a pass');
  });

  it('leaves the terminal as it was when a service manager or the machine ends it, even at a password', async () => {
    const terminal = chat('--guest');
    await terminal.answer(/-\S+ #lobby tls ›/, '/login nobody');
    await terminal.shown('Password of nobody: ');
    terminal.terminate();
    const { signal, modesBefore, modesAfter } = await terminal.ended;
    expect([signal, modesAfter]).toEqual([SIGTERM, modesBefore]);
  });
});
