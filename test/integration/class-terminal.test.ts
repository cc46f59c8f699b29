/** A learner's terminal in a class: it joins with a code of its own, and the board shows what its checks said. */
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClassState } from '#dissect/page-class';
import { type Finished, Program } from '../support/programs/program.ts';
import { type ClassPlace, Device, codeOf, join, placeOf, startClass } from '../support/servers/class.ts';
import type { TestWorkbench } from '../support/servers/workbench.ts';

let folder: string;
let workbench: TestWorkbench;
let place: ClassPlace;
let lead: Device;
let ada: Device;
let ben: Device;

beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'wireglass-terminal-'));
  workbench = await startClass(joinPath(folder, 'data'));
  place = placeOf(workbench);
  lead = new Device(place, workbench.data.token);
  ada = await join(place, codeOf(workbench), 'Ada');
  ben = await join(place, codeOf(workbench), 'Ben');
});
afterAll(async () => {
  for (const device of [lead, ada, ben]) await device.close();
  await workbench.close();
  await rm(folder, { recursive: true, force: true });
});

const workspace = () => joinPath(folder, 'workspace');

function lab(input: string, ...args: string[]): Promise<Finished> {
  const program = new Program(['lab', ...args], { WIREGLASS_WORKSPACE: workspace(), NO_COLOR: '1' });
  program.child.stdin.end(input);
  return program.finished;
}

const terminalCode = async (device: Device): Promise<string> =>
  (await device.page.until(({ labCode }) => labCode !== null)).labCode ?? '';
const labsOf = (state: ClassState, wanted: string) =>
  state.lead?.people.find(({ name }) => name === wanted)?.labs ?? [];

function report(code: string, body?: unknown): Promise<Response> {
  return fetch(`${place.origin}/api/class/report`, {
    headers: {
      authorization: `Bearer ${code}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
}

describe('a terminal in a class', () => {
  it('is told when its code is wrong, and keeps nothing then', async () => {
    const { code, stderr } = await lab('abcd-efgh-jkmn\n', 'join', place.origin);
    expect(code).toBe(1);
    expect(stderr).toContain('This is not the code that your page shows');
    await expect(stat(joinPath(workspace(), 'class.json'))).rejects.toThrow('ENOENT');
  });

  it('joins with the code that the student’s page shows, which only its owner can read', async () => {
    const { stdout, stderr, code } = await lab(`${await terminalCode(ada)}\n`, 'join', place.origin);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('You are Ada in “Wireglass class”');
    if (process.platform === 'win32') return;
    expect((await stat(joinPath(workspace(), 'class.json'))).mode & 0o777).toBe(0o600);
  });

  it('tells the board how the checks ended and how many hints were shown, and nothing of the file', async () => {
    await lab('', 'start', '04');
    expect((await lab('', 'hint', '04')).stderr).toBe('');
    await lead.page.until((state) => labsOf(state, 'Ada')[0]?.hints === 1);
    const { code, stderr } = await lab('', 'check', '04');
    expect([code, stderr]).toEqual([1, '']);
    const failed = await lead.page.until((state) => labsOf(state, 'Ada')[0]?.runs === 1);
    expect(labsOf(failed, 'Ada')).toMatchObject([{ lab: '04-seal', standing: 'working', hints: 1 }]);
    await cp('labs/04-seal/solution.ts', joinPath(workspace(), '04-seal.ts'));
    expect(await lab('', 'check', '04')).toMatchObject({ code: 0, stderr: '' });
    const done = await lead.page.until((state) => labsOf(state, 'Ada')[0]?.runs === 2);
    expect(labsOf(done, 'Ada')).toMatchObject([{ standing: 'done' }]);
    expect(labsOf(done, 'Ben')).toEqual([]);
  });

  it('has a code that opens nothing else', async () => {
    const code = await terminalCode(ada);
    const bearer = { headers: { authorization: `Bearer ${code}` } };
    for (const path of ['/api/info', '/api/demo-psk', '/api/class/progress'])
      expect((await fetch(place.origin + path, bearer)).status, path).toBeGreaterThanOrEqual(401);
    expect(await (await report(code)).json()).toEqual({ name: 'Ada', title: 'Wireglass class' });
    expect((await report(code, { lab: '04-seal', hints: 0, checks: [], text: 'export' })).status).toBe(400);
    expect(await terminalCode(ben)).not.toBe(code);
  });

  it('is no longer heard when the student is removed, and says so while the checks go on', async () => {
    const { lead: board } = await lead.page.until((state) => state.lead !== null);
    const person = board?.people.find(({ name }) => name === 'Ada')?.id ?? 0;
    await lead.page.ask({ type: 'remove', person });
    const { code, stderr } = await lab('', 'check', '04');
    expect(code).toBe(0);
    expect(stderr).toContain('The class was not told');
    await lead.page.ask({ type: 'readmit', person });
    expect(await lab('', 'check', '04')).toMatchObject({ code: 0, stderr: '' });
  });

  it('tells nothing more after it has left', async () => {
    expect((await lab('', 'leave')).stdout).toContain(place.origin);
    const before = await lead.page.until((state) => labsOf(state, 'Ada').length > 0);
    await lab('', 'check', '04');
    expect(labsOf(await lead.page.until(() => true), 'Ada')).toEqual(labsOf(before, 'Ada'));
    await expect(readFile(joinPath(workspace(), 'class.json'))).rejects.toThrow('ENOENT');
  });

  it('guesses at no code for long', async () => {
    let status = 0;
    for (let guess = 0; guess < 40 && status !== 429; guess++)
      ({ status } = await report(`abcd-efgh-jk${String(guess).padStart(2, '2')}`));
    expect(status).toBe(429);
  });
});
