/** A student of a class lets those who lead look at the text of a lab: who is sent it, who sees that it is read, and what ends it. */
import { describe, expect, it } from 'vitest';
import { CLASS_CAPS, type PersonRow } from '#dissect/page-class';
import type { FileShown } from '#dissect/page-file';
import { LIMITS } from '#protocol/limits';
import { type Device, auditOf } from '../support/servers/class.ts';
import { comesIn, lead, rowOf, useClass, workbench } from '../support/servers/one-class.ts';

const WORDS = 'const mySecretIdea = 1;';

useClass();

async function shows(device: Device, text = WORDS): Promise<number> {
  const answer = await device.ask('/api/class/file', { type: 'show', lab: '04-seal', text });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as FileShown).id;
}

/** The row of a student who shows a file, as those who lead get it. */
async function shownRow(name: string): Promise<PersonRow> {
  const state = await lead.page.until((now) => rowOf(now, name)?.file !== undefined);
  expect(JSON.stringify(state)).not.toContain(WORDS);
  return rowOf(state, name) as PersonRow;
}

const textIs = (text: string) => lead.page.untilFile((news) => news.type === 'file' && news.text === text);
const isOver = (why: string) => lead.page.untilFile((news) => news.type === 'file-over' && news.why === why);

describe('the text of a student’s lab', () => {
  it('is sent to a page that opens it, as it changes, and the student sees who reads; nobody else is sent any of it', async () => {
    const [ada, ben] = [await comesIn('Ada1'), await comesIn('Ben1')];
    await Promise.all([ada, ben].map(({ page }) => page.until(() => true)));
    const id = await shows(ada);
    const { id: person, file } = await shownRow('Ada1');
    expect(file?.lab).toBe('04-seal');
    expect((await ada.page.until((state) => state.file?.state === 'shown')).file).toMatchObject({
      readers: [],
      ends: file?.ends,
    });
    expect(await ben.page.ask({ type: 'read-file', person })).toMatchObject({ code: 'leaders_only' });
    expect(await lead.page.ask({ type: 'read-file', person })).toMatchObject({ type: 'done' });
    await textIs(WORDS);
    await ada.page.until((state) => state.file?.state === 'shown' && state.file.readers[0] === 'Instructor');
    expect((await ada.ask('/api/class/file', { type: 'renew', id, text: 'changed' })).status).toBe(204);
    await textIs('changed');
    const others = JSON.stringify(await ben.page.until(({ joined }) => joined === 2));
    expect(others).not.toContain(WORDS);
    expect(others).not.toContain('Ada1');

    await lead.page.ask({ type: 'read-file', person: null });
    await ada.page.until((state) => state.file?.state === 'shown' && state.file.readers.length === 0);
    const kept = await (await lead.ask('/api/class/archive')).text();
    expect(kept).not.toContain('changed');
    await expect
      .poll(() => auditOf(workbench, 'class.file_opened'))
      .toMatchObject([{ actor: 'Instructor', subject: 'Ada1', detail: '04-seal' }]);
  });

  it('is no longer sent once the student stops it, and a late word of the page begins nothing anew', async () => {
    const cleo = await comesIn('Cleo2');
    const id = await shows(cleo);
    const { id: person } = await shownRow('Cleo2');
    await lead.page.ask({ type: 'read-file', person });
    await cleo.ask('/api/class/file', { type: 'stop' });
    expect(await isOver('stopped')).toMatchObject({ person });
    expect((await cleo.page.until((state) => state.file?.state === 'over')).file).toMatchObject({
      why: 'stopped',
    });
    const late = await cleo.ask('/api/class/file', { type: 'renew', id, text: WORDS });
    expect([late.status, await late.json()]).toEqual([410, expect.objectContaining({ code: 'file_over' })]);
    expect(await lead.page.ask({ type: 'read-file', person })).toMatchObject({ code: 'file_over' });
  });

  it('ends when the student is removed, and when the work is reset', async () => {
    const [dan, eve] = [await comesIn('Dan3'), await comesIn('Eve3')];
    await shows(dan);
    await shows(eve);
    const { id: person } = await shownRow('Dan3');
    await lead.page.ask({ type: 'read-file', person });
    await lead.page.ask({ type: 'remove', person });
    await isOver('removed');
    expect((await dan.ask('/api/class/file', { type: 'show', lab: '04-seal', text: '' })).status).toBe(403);
    await lead.page.ask({ type: 'read-file', person: (await shownRow('Eve3')).id });
    await lead.page.ask({ type: 'reset' });
    await isOver('reset');
  });

  it('is refused with a reason where it is too long, no lab’s, too often or the instructor’s', async () => {
    const fay = await comesIn('Fay4');
    const status = async (device: Device, body: unknown) =>
      (await device.ask('/api/class/file', body)).status;
    const long = 'x'.repeat(LIMITS.pageLabText);
    expect(await status(fay, { type: 'show', lab: '04-seal', text: `${long}x` })).toBe(400);
    expect(await status(fay, { type: 'show', lab: '../04', text: '' })).toBe(400);
    expect(await status(fay, { type: 'show', lab: '04-seal' })).toBe(400);
    expect(await status(lead, { type: 'show', lab: '04-seal', text: '' })).toBe(400);
    // The longest text that there is, with every character escaped.
    expect(
      await status(fay, { type: 'show', lab: '04-seal', text: '\u0001'.repeat(LIMITS.pageLabText) }),
    ).toBe(200);
    const many = Array.from({ length: 2 * CLASS_CAPS.fileRequestsPerMinute }, () =>
      status(fay, { type: 'renew', id: 0 }),
    );
    expect(await Promise.all(many)).toContain(429);
    expect(await status(fay, { type: 'stop' })).toBe(204);
  });
});
