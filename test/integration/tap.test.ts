/** The bench in a terminal, in front of a real server: what is typed there, and what the others in the room hear of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Person } from '#attacks/person';
import type { WireName } from '#protocol/messages';
import { Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';

let folder: string;
let server: Program;
let ready: Ready;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-tap-'));
  ({ program: server, ready } = await startServe(folder));
});
afterAll(async () => {
  for (const close of open.reverse()) await close();
  server.child.kill();
  await server.finished;
  await rm(folder, { recursive: true });
});

/** `wireglass tap`, and what it prints. */
async function tapped(wire: WireName, ...options: string[]) {
  const program = new Program(['tap', '--data', folder, '--wire', wire, ...options]);
  open.push(async () => (program.child.kill(), program.finished));
  const says = async (pattern: RegExp): Promise<string> => {
    await expect.poll(() => program.stdout + program.stderr).toMatch(pattern);
    return pattern.exec(program.stdout)?.[1] ?? '';
  };
  const type = (line: string): boolean => program.child.stdin.write(`${line}\n`);
  return { program, says, type, port: Number(await says(/127\.0\.0\.1:(\d+)/)) };
}

async function person(wire: WireName, name: string, port?: number): Promise<Person> {
  const target = await targetOf(ready, wire);
  const entered = await Person.enter(
    { ...target, ...(port !== undefined && { port }), name, tell: () => undefined },
    {},
  );
  open.push(() => entered.close());
  return entered;
}

const heardBy = ({ heard }: Person): string[] => heard.map(({ text }) => text);

describe('wireglass tap', () => {
  it('holds what a filter fits, and sends what was written in its place', async () => {
    const { program, says, type, port } = await tapped('plain', '--break', 'msg.type == "say"');
    const ben = await person('plain', 'ben');
    const ana = await person('plain', 'ana', port);
    const said = ana.say('meet at nine');
    const unit = await says(/#(\d+) .*say.*held: breakpoint/);
    type(`text ${unit} "nine" "seventeen"`);
    type(`pass ${unit}`);
    await said;
    await ben.hears('meet at seventeen');
    await says(/← server {2}ack/);
    type('break');
    type(`replay ${unit}`);
    await ana.say('and bring the key');
    await ben.hears('and bring the key');
    // The server knows the message by its ref: it stores it once.
    expect(heardBy(ben)).toEqual(['meet at seventeen', 'and bring the key']);
    type('quit');
    expect((await program.finished).code).toBe(0);
  });

  it('changes a sealed record, and sees the server refuse it', async () => {
    const { says, type, port } = await tapped(
      'psk',
      '--psk-file',
      ready.pskFile,
      '--break',
      'msg.text == "now"',
    );
    const cai = await person('psk', 'cai', port);
    cai.say('now').catch(() => undefined);
    const unit = await says(/#(\d+) .*held: breakpoint/);
    type(`text ${unit} "now" "not"`);
    await says(/do not hold "now": they are sealed/);
    type(`edit ${unit} 20 00000000`);
    type(`pass ${unit}`);
    await says(/← server {2}alert: bad_record_mac/);
    expect((await cai.ended)?.code).toBe('bad_record_mac');
  });

  it('goes to no other machine, and says where a filter is wrong', async () => {
    for (const [options, reason] of [
      [['--to', '192.0.2.1:5555'], 'attacks are run against 127.0.0.1 and nothing else; got 192.0.2.1'],
      [['--break', 'len >'], '--break: '],
      [['--data', join(folder, 'none')], 'no server runs on the data folder'],
    ] as const) {
      const { code, stderr } = await new Program(['tap', '--data', folder, ...options]).finished;
      expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
    }
  });
});
