/** The data of a class on a real server: whom it expects, what is kept of it, and what is deleted. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClassArchive } from '#classroom/archive';
import type { ClassState, NameListRefusal } from '#dissect/page-class';
import { toHex } from '#protocol/bytes';
import { openDatabase } from '#store/database';
import {
  type ClassPlace,
  Device,
  askToJoin,
  auditOf,
  codeOf,
  join,
  placeOf,
  startClass,
} from '../support/servers/class.ts';
import type { TestWorkbench } from '../support/servers/workbench.ts';

let data: string;
let workbench: TestWorkbench;
let place: ClassPlace;
let lead: Device;
const devices: Device[] = [];

beforeEach(async () => {
  data = await mkdtemp(joinPath(tmpdir(), 'wireglass-class-data-'));
  await begin();
});
afterEach(async () => {
  await end();
  await rm(data, { recursive: true, force: true });
});

async function begin(): Promise<void> {
  workbench = await startClass(data);
  place = placeOf(workbench);
  lead = kept(new Device(place, workbench.data.token));
}

async function end(): Promise<void> {
  await Promise.all(devices.splice(0).map((device) => device.close()));
  await workbench.close();
}

function kept(device: Device): Device {
  devices.push(device);
  return device;
}

const comesIn = async (name: string): Promise<Device> => kept(await join(place, codeOf(workbench), name));

async function helps(name: string): Promise<Device> {
  const answer = await lead.page.ask({ type: 'assistant-link' });
  const code = /#code=(.+)$/.exec('link' in answer ? (answer.link ?? '') : '')?.[1] ?? '';
  return kept(await join(place, code, name));
}

const expects = (text: string, by: Device = lead) => by.ask('/api/class/expected', { text });
const listIn = ({ lead: mine }: ClassState) =>
  mine?.expected.map(({ name, came }) => `${name} ${came ? 'in' : 'out'}`);
const archiveFor = async (device: Device) =>
  (await (await device.ask('/api/class/archive')).json()) as ClassArchive;
const told = (person: Device) =>
  person.ask('/api/class/progress', { lab: '04-seal', hints: 1, checks: [{ id: 'tag', state: 'failed' }] });
const labsOf = ({ lead: mine }: ClassState, name: string) =>
  mine?.people.find((person) => person.name === name)?.labs.length;

/** The code of this student’s terminal. */
const terminalOf = async (person: Device) => (await person.page.until(() => true)).labCode ?? '';
const reports = (code: string) =>
  fetch(`${place.origin}/api/class/report`, { headers: { authorization: `Bearer ${code}` } });

describe('the list of those who are expected', () => {
  it('shows who has not come in yet, also after a restart, and lets nobody in', async () => {
    const ada = await comesIn('Ada');
    expect((await expects('Name,Class\nada,7b\nBen,7b\n')).status).toBe(204);
    const before = await lead.page.until((state) => listIn(state)?.length === 2);
    expect(listIn(before)).toEqual(['ada in', 'Ben out']);
    expect(JSON.stringify(await ada.page.until(() => true))).not.toContain('Ben');
    expect(await askToJoin(place, { code: 'zzzzzz', name: 'Ben' })).toMatchObject({ status: 403 });
    await end();
    await begin();
    expect(listIn(await lead.page.until(() => true))).toEqual(['ada in', 'Ben out']);
    await comesIn('BEN');
    await lead.page.until((state) => listIn(state)?.[1] === 'Ben in');
    expect((await expects('')).status).toBe(204);
    await lead.page.until((state) => listIn(state)?.length === 0);
    // The log is written beside the work, and may be behind it for a moment.
    const listed = async () =>
      (await auditOf(workbench, 'class.listed')).map(({ actor, detail }) => [actor, detail]);
    await expect.poll(listed).toEqual(
      expect.arrayContaining([
        ['Instructor', '2 names'],
        ['Instructor', '0 names'],
      ]),
    );
  });

  it('is not changed by one that has lines without a name, which are said', async () => {
    await expects('Ada');
    const refused = await expects('Ben\nCleo Curie\nInstructor');
    const { code, problems } = (await refused.json()) as NameListRefusal;
    expect([refused.status, code, problems.map(({ line }) => line)]).toEqual([422, 'bad_names', [2, 3]]);
    expect(listIn(await lead.page.until(() => true))).toEqual(['Ada out']);
    expect((await expects('x'.repeat(200_001))).status).toBe(400);
  });

  it('takes as many names as a class has room for, however long they are', async () => {
    const names = Array.from({ length: 500 }, (_, at) => `${'𠀀'.repeat(28)}${at + 100}`);
    expect((await expects(names.join('\n'))).status).toBe(204);
    await lead.page.until((state) => listIn(state)?.length === 500);
  });

  it('is for those who lead, and so is the archive', async () => {
    const [ada, grace] = [await comesIn('Ada'), await helps('Grace')];
    expect((await expects('Eve', ada)).status).toBe(403);
    expect((await ada.ask('/api/class/archive')).status).toBe(403);
    expect((await kept(new Device(place, 'no token')).ask('/api/class/archive')).status).toBe(401);
    expect((await expects('Ben', grace)).status).toBe(204);
    expect((await archiveFor(grace)).expected).toEqual(['Ben']);
    for (const type of ['reset', 'erase'] as const)
      expect(await ada.page.ask({ type })).toMatchObject({ code: 'leaders_only' });
  });
});

describe('the archive', () => {
  it('has everything of the class, and no secret', async () => {
    const ada = await comesIn('Ada');
    await told(ada);
    await expects('Ada\nBen');
    await lead.page.ask({ type: 'title', title: 'Seven B' });
    const response = await lead.ask('/api/class/archive');
    expect(response.headers.get('content-disposition')).toContain('class-archive.json');
    const text = await response.text();
    const archive = JSON.parse(text) as ClassArchive;
    expect(archive).toMatchObject({
      format: 'wireglass-class',
      version: 1,
      title: 'Seven B',
      expected: ['Ada', 'Ben'],
    });
    expect(archive.people).toMatchObject([
      { name: 'Instructor', role: 'instructor' },
      {
        name: 'Ada',
        role: 'student',
        address: '127.0.0.1',
        removed: false,
        labs: [{ lab: '04-seal', runs: 1 }],
      },
    ]);
    const people = workbench.classroom?.roster.people;
    const stored = [...(people?.all ?? [])].flatMap(({ psk, tokenHash = ada.token }) => [
      toHex(psk),
      tokenHash,
    ]);
    for (const secret of [codeOf(workbench), ada.token, workbench.data.token, ...stored])
      expect(text).not.toContain(secret);
    // The answer does not wait until the entry is written.
    await expect
      .poll(() => auditOf(workbench, 'class.archived'))
      .toContainEqual(expect.objectContaining({ actor: 'Instructor' }));
  });
});

describe('a reset', () => {
  it('deletes the work and keeps the people, also after a restart', async () => {
    const ada = await comesIn('Ada');
    await expects('Ada\nBen');
    await told(ada);
    for (const action of [
      { type: 'announce', text: 'Hello' },
      { type: 'plan', plan: '45' },
      { type: 'stage', stage: 1 },
      { type: 'reset' },
    ] as const)
      expect(await lead.page.ask(action)).toMatchObject({ type: 'done' });
    const isReset = (state: ClassState) =>
      labsOf(state, 'Ada') === 0 &&
      state.lesson === null &&
      state.announcement === null &&
      state.timer === null;
    await lead.page.until(isReset);
    await expect
      .poll(() => auditOf(workbench, 'class.reset'))
      .toContainEqual(expect.objectContaining({ actor: 'Instructor' }));
    const { token } = ada;
    await end();
    await begin();
    expect(isReset(await lead.page.until(() => true))).toBe(true);
    expect(listIn(await lead.page.until(() => true))).toEqual(['Ada in', 'Ben out']);
    const back = kept(new Device(place, token));
    expect((await back.page.until(() => true)).me.name).toBe('Ada');
    expect((await told(back)).status).toBe(204);
    await lead.page.until((state) => labsOf(state, 'Ada') === 1);
  });
});

/** Messages that still have their text. */
async function wordsLeft(): Promise<number> {
  const db = await openDatabase(joinPath(data, 'chat.sqlite'), { readOnly: true });
  const rows: unknown[] = await db('messages').whereNot({ text: '' }).select('id');
  await db.destroy();
  return rows.length;
}

/** Everything in the files of the database, as it stands there. */
async function stored(): Promise<string> {
  const files = (await readdir(data)).filter((name) => name.startsWith('chat.sqlite'));
  return (await Promise.all(files.map((name) => readFile(joinPath(data, name), 'latin1')))).join('');
}

describe('a class that is deleted', () => {
  it('is deleted by the instructor, and not by an assistant', async () => {
    const [ada, grace] = [await comesIn('Ada'), await helps('Grace')];
    expect(await grace.page.ask({ type: 'erase' })).toMatchObject({ code: 'instructor_only' });
    expect((await ada.page.until(() => true)).me.name).toBe('Ada');
    expect((await archiveFor(lead)).people).toHaveLength(3);
  });

  it('puts everyone out at once, with a new code for those who come next', async () => {
    const [ada, grace] = [await comesIn('Ada'), await helps('Grace')];
    await Promise.all([ada, grace].map((device) => device.page.until(() => true)));
    const client = await ada.talk('tls');
    const cut = new Promise<void>((resolve) =>
      client.subscribe((event) => void (event.type === 'state' && event.state === 'closed' && resolve())),
    );
    await client.say('a walnut for everyone');
    await told(ada);
    await expects('Ada\nBen');
    await lead.page.ask({ type: 'title', title: 'Seven B' });
    await lead.page.ask({ type: 'announce', text: 'Hello' });
    const [before, code] = [codeOf(workbench), await terminalOf(ada)];
    expect((await reports(code)).status).toBe(200);
    expect(await lead.page.ask({ type: 'erase' })).toMatchObject({ type: 'done' });
    expect([await ada.page.closed, await grace.page.closed]).toEqual([4010, 4010]);
    await cut;
    const refused = await ada.ask('/api/info');
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'join_required' }]);
    const state = await lead.page.until(({ lead: mine }) => mine?.people.length === 1);
    expect(state).toMatchObject({ title: 'Wireglass class', joined: 0, announcement: null });
    expect(state.lead).toMatchObject({ expected: [], labs: [], open: true, code: codeOf(workbench) });
    expect(codeOf(workbench)).not.toBe(before);
    expect(await askToJoin(place, { code: before, name: 'Ada' })).toMatchObject({ status: 403 });
    await expect
      .poll(() => auditOf(workbench, 'class.erased'))
      .toContainEqual(expect.objectContaining({ actor: 'Instructor', detail: '2 people' }));
    // The name is free, and the one who has it now is somebody else.
    const other = await comesIn('Ada');
    await comesIn('Ben');
    expect((await reports(await terminalOf(other))).status).toBe(200);
    expect((await reports(code)).status).toBe(403);
    expect(other.token).not.toBe(ada.token);
    const { messages } = await (await other.talk('psk')).history();
    expect(messages.filter(({ text }) => text.includes('walnut'))).toEqual([]);
  });

  it('leaves nothing on the disk, and comes back empty after a restart', async () => {
    const ada = await comesIn('Ada');
    await (await ada.talk('tls')).say('a walnut for everyone');
    await expects('Zebediah');
    const [{ token }, key] = [ada, toHex((await ada.key()).key)];
    expect(await stored()).toContain(key);
    await lead.page.ask({ type: 'erase' });
    // A word that was indexed before is erased a little later.
    await expect.poll(wordsLeft).toBe(0);
    await end();
    const disk = await stored();
    for (const text of ['walnut', 'Zebediah', key]) expect(disk).not.toContain(text);
    await begin();
    expect((await kept(new Device(place, token)).ask('/api/info')).status).toBe(401);
    expect((await archiveFor(lead)).people.map(({ name }) => name)).toEqual(['Instructor']);
  });

  it('does not show its traffic to the instructor, who could not see it before', async () => {
    const ada = await comesIn('Ada');
    const tap = lead.tap();
    await expect.poll(() => tap.isReady).toBe(true);
    const before = tap.events.length;
    await (await ada.talk('plain')).say('for nobody’s eyes');
    await lead.page.ask({ type: 'erase' });
    const late = kept(new Device(place, lead.token)).tap();
    await expect.poll(() => late.isReady).toBe(true);
    expect([tap.events.length, late.events.length]).toEqual([before, before]);
  });
});
