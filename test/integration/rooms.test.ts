/** Rooms that go and invitations that are withdrawn: by the terminal's commands and the operator's, on the real server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChatClient, type ChatEvent } from '#client/chat-client';
import type { SlashContext } from '#client-cli/slash/command';
import { noticeLine } from '#client-cli/notices';
import { runSlash } from '#client-cli/slash/slash';
import * as audit from '../../server/cli/operator/audit.ts';
import * as rooms from '../../server/cli/operator/rooms.ts';
import { runCommand } from '../support/programs/command.ts';
import { type TestWorkbench, startTestWorkbench } from '../support/servers/workbench.ts';

const PASSWORD = 'lantern-orchid-47-quay';
const colors = pc.createColors(false);
const OUT = new Set<ChatEvent['type']>(['notice', 'left', 'invited']);

let data: string;
let workbench: TestWorkbench;
const open: ChatClient[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-rooms-'));
  workbench = await startTestWorkbench(data);
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  await workbench.close();
  await rm(data, { recursive: true, force: true });
});

interface Person {
  readonly client: ChatClient;
  /** The lines that the terminal shows about invitations and rooms. */
  readonly shown: string[];
  /** Runs a line, giving these answers to what is asked; resolves with what it prints. */
  run(line: string, ...answers: string[]): Promise<string[]>;
  /** Resolves once the terminal has shown this line. */
  sees(line: string): Promise<void>;
}

async function account(name: string): Promise<Person> {
  const client = new ChatClient({ ...workbench.target('tls'), onLogin: 'wait' });
  open.push(client);
  await client.connect();
  await client.account.register(name, PASSWORD);
  const shown: string[] = [];
  const waiting = new Set<() => void>();
  client.subscribe((event) => {
    const line = OUT.has(event.type) ? noticeLine(event, colors) : undefined;
    if (line !== undefined) shown.push(line);
    for (const look of waiting) look();
  });
  const sees = (line: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => void (shown.includes(line) && waiting.delete(look) && resolve());
      waiting.add(look);
      look();
    });
  return { client, shown, sees, run: (line, ...answers) => run(client, line, answers) };
}

async function run(client: ChatClient, line: string, answers: string[]): Promise<string[]> {
  const printed: string[] = [];
  const context: SlashContext = {
    client,
    colors,
    oldest: new Map(),
    print: (text) => void printed.push(text),
    ask: (question) => {
      printed.push(question);
      return Promise.resolve(answers.shift());
    },
    targetFor: (wire) => Promise.resolve(workbench.target(wire)),
    quit: () => undefined,
  };
  await runSlash(line, context);
  return printed;
}

it('an invitation is withdrawn, and the one inside is put out and told', async () => {
  const [fox, owl] = [await account('fox'), await account('owl')];
  await fox.run('/create den invite');
  await fox.run('/invite owl');
  await owl.sees('* fox invites you to #den: /join den');
  await owl.run('/join den');
  expect(await fox.run('/uninvite owl')).toEqual(["You withdrew owl's invitation to #den."]);
  await owl.sees('! no longer in #den: your invitation into this room was withdrawn');
  expect(owl.shown).toContain("* fox withdrew owl's invitation to #den.");
  expect([owl.client.joinedRooms, owl.client.room]).toEqual([['lobby'], 'lobby']);
  await expect(owl.run('/join den')).rejects.toMatchObject({ code: 'not_invited' });
});

it('a room is removed after a yes, those in it are out of it, and what was said is gone', async () => {
  const [fox, owl] = [await account('fox'), await account('owl')];
  await fox.run('/create attic');
  await owl.run('/join attic');
  await owl.client.say('a walnut');
  const question = 'Remove #attic and what was said in it, for good? (yes/no) ';
  expect(await fox.run('/remove #attic', 'no')).toEqual([question, 'Nothing was removed.']);
  await expect(owl.run('/remove attic', 'yes')).rejects.toMatchObject({ code: 'forbidden' });
  expect(await fox.run('/remove attic', 'yes')).toEqual([
    question,
    'You removed #attic. Messages deleted: 1.',
  ]);
  await owl.sees('! no longer in #attic: this room was removed');
  expect(owl.shown).toContain('* fox removed #attic.');
  expect((await owl.client.rooms()).map(({ name }) => name)).toEqual(['lobby']);
  await owl.run('/join attic');
  expect(await owl.run('/history')).toEqual(['Nothing has been said here yet.']);
  expect(await owl.run('/search walnut')).toEqual(['Nothing was found.']);
  await expect(owl.run('/remove lobby', 'yes')).rejects.toMatchObject({ code: 'default_room' });
  await expect(owl.run('/remove attic', 'yes')).rejects.toMatchObject({ code: 'not_kept' });
  await expect(owl.run('/remove')).rejects.toThrow('/remove ROOM');
});

it('the operator does both, and the log says who did', async () => {
  const [fox, owl] = [await account('fox'), await account('owl')];
  await fox.run('/create den invite');
  await fox.run('/invite owl');
  await owl.run('/join den');
  const operate = (...args: string[]) => runCommand(rooms.register, 'rooms', ...args, '--data', data);
  expect(await operate('uninvite', 'den', 'owl')).toMatchObject({
    code: 0,
    out: "You withdrew owl's invitation to #den.",
  });
  await owl.sees('! no longer in #den: your invitation into this room was withdrawn');
  expect((await operate()).out).toBe('lobby\t2\t2\tpublic\t-\nden\t1\t1\tinvite\t-');
  expect(await operate('remove', 'den')).toMatchObject({ code: 0 });
  await fox.sees('! no longer in #den: this room was removed');
  expect((await operate('list')).out).toBe('lobby\t2\t2\tpublic\t-');
  expect(await operate('remove', 'lobby')).toMatchObject({
    code: 1,
    error: 'refused: this is the room that everyone starts in: it stays',
  });
  await vi.waitFor(async () => {
    const { out } = await runCommand(audit.register, 'audit', '--data', data);
    expect(out).toMatch(/room\.uninvited\toperator\towl[^]*room\.removed\toperator/);
  });
});
