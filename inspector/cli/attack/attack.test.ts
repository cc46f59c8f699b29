/** `wireglass attack` as it is typed. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ATTACKS } from '#attacks/list';
import { readCapture } from '#dissect/capture/read';
import { type Finished, Program } from '../../../test/support/programs/program.ts';

const typed = (...args: string[]): Promise<Finished> =>
  new Program(['attack', ...args], { NO_COLOR: '1' }).finished;

describe('wireglass attack', () => {
  it('lists the attacks', async () => {
    const { code, stdout } = await typed();
    expect(code).toBe(0);
    for (const { id, name } of ATTACKS) expect(stdout).toMatch(new RegExp(`^  ${id} +${name}$`, 'm'));
  });

  it('plays one step by step, says what was observed, and keeps what crossed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wireglass-attack-'));
    const { code, stdout } = await typed('flip-text', '--on', 'plain', '--save', folder);
    expect(code).toBe(0);
    expect(stdout).toContain('What goes on: one bit of byte 30 is another');
    expect(stdout).toMatch(/^plain +succeeds +what ben hears from ana: pay 90 to eve$/m);
    expect(await readdir(folder)).toEqual(['flip-text-plain.pcapng']);
    const { events } = readCapture(await readFile(join(folder, 'flip-text-plain.pcapng')));
    const crossed = events.map((event) => ('bytes' in event ? Buffer.from(event.bytes).toString() : ''));
    for (const text of ['pay 10 to eve', 'pay 90 to eve'])
      expect(crossed.filter((each) => each.includes(`"text":"${text}"`))).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  it('plays it with words of one’s own, and shows the XOR', async () => {
    const { stdout } = await typed('flip-text', '--on', 'plain', '--say', 'Room 12');
    expect(stdout).toMatch(/^plain +succeeds +what ben hears from ana: Room 92$/m);
    expect(stdout).toMatch(/⊕ What she changes +00000000000800$/m);
  });

  it('gives the evidence to programs', async () => {
    const { stdout } = await typed('forge-message', '--on', 'psk aes-256-gcm', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      attack: 'forge-message',
      target: 'psk aes-256-gcm',
      verdict: 'detected',
      expected: 'detected',
      evidence: 'the server ends the connection: bad_record_mac',
      steps: expect.arrayContaining([
        expect.objectContaining({ place: 'mallory', bytes: expect.stringMatching(/^17000080/) as string }),
        expect.objectContaining({ place: 'victim', title: 'ana says', text: 'that was all' }),
        expect.objectContaining({ place: 'server', text: 'bad_record_mac' }),
      ]) as unknown,
    });
  });

  it.each([
    [['flip'], "there is no attack called 'flip'. 'wireglass attack' lists all of them."],
    [['drop', '--on', 'ssh'], "there is nothing called 'ssh' to attack. There are: plain, psk aes-256-gcm,"],
    [['drop', '--say', 'words'], '“Leave a message out” is about words of its own'],
    [['--matrix', '--at-once', '0'], 'Expected a whole number above 0.'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await typed(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
