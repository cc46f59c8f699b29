/** Order in a class: those who lead freeze a room, slow it down and take messages away, as the chat's moderation does. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ClassState, RoomOrder } from '#dissect/page-class';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES } from '#protocol/wires';
import type { Device } from '../support/servers/class.ts';
import { comesIn, lead, place, useClass, workbench } from '../support/servers/one-class.ts';

useClass();

afterEach(async () => {
  await lead.page.ask({ type: 'freeze', room: 'lobby', on: false });
  await lead.page.ask({ type: 'slow', room: 'lobby', seconds: 0 });
});

async function assistant(name: string): Promise<Device> {
  const answer = await lead.page.ask({ type: 'assistant-link' });
  const { hash } = new URL('link' in answer ? (answer.link ?? '') : '', place.origin);
  return comesIn(name, hash.replace('#code=', ''));
}

const lobby = ({ rooms }: ClassState): RoomOrder | undefined => rooms.find(({ name }) => name === 'lobby');

const auditOf = async (event: string) => {
  const query = `${place.origin}/api/operator/audit?event=${event}&limit=50`;
  const response = await fetch(query, {
    headers: { authorization: `Bearer ${workbench.data.operatorToken}` },
  });
  return ((await response.json()) as { entries: Record<string, unknown>[] }).entries;
};

describe('a frozen room', () => {
  it('lets only those who lead speak, on every wire, until it goes on', async () => {
    const ada = await comesIn('Ada1');
    expect(lobby(await ada.page.until(() => true))).toEqual({ name: 'lobby', locked: false, slow: 0 });
    const talking = await ada.talk('psk');
    await talking.say('before');
    expect(await lead.page.ask({ type: 'freeze', room: 'lobby', on: true })).toMatchObject({ type: 'done' });
    await ada.page.until((state) => lobby(state)?.locked === true);
    await expect(talking.say('now?')).rejects.toMatchObject({ code: 'room_locked' });
    for (const wire of WIRE_NAMES)
      await expect((await ada.talk(wire)).say('here?')).rejects.toMatchObject({ code: 'room_locked' });
    await (await lead.talk('tls')).say('listen');
    await (await (await assistant('Tess1')).talk('plain')).say('please');
    await lead.page.ask({ type: 'freeze', room: 'lobby', on: false });
    await ada.page.until((state) => lobby(state)?.locked === false);
    await talking.say('thanks');
  });

  it('is in the audit log under the name of whoever froze it, and was frozen by nobody else', async () => {
    const [ada, tess] = [await comesIn('Ada2'), await assistant('Tess2')];
    expect(await ada.page.ask({ type: 'freeze', room: 'lobby', on: true })).toMatchObject({
      code: 'leaders_only',
    });
    expect(await tess.page.ask({ type: 'freeze', room: 'lobby', on: true })).toMatchObject({ type: 'done' });
    const byTess = async () => (await auditOf('moderation.locked')).find(({ actor }) => actor === 'Tess2');
    await expect.poll(byTess).toMatchObject({ room: 'lobby' });
    // It came by no wire.
    expect(await byTess()).not.toHaveProperty('via');
    expect((await auditOf('moderation.locked')).some(({ actor }) => actor === 'Ada2')).toBe(false);
  });

  it('is shown as it is where a command of the chat has changed it', async () => {
    const ada = await comesIn('Ada3');
    const terminal = await lead.talk('psk');
    await terminal.ask({ type: 'lock', room: 'lobby', locked: true });
    await ada.page.until((state) => lobby(state)?.locked === true);
    await terminal.ask({ type: 'slow', room: 'lobby', seconds: 45 });
    await ada.page.until((state) => lobby(state)?.slow === 45);
  });
});

describe('slow mode', () => {
  it('makes a student wait, whichever wire they take, and says how long', async () => {
    const ada = await comesIn('Ada4');
    expect(await lead.page.ask({ type: 'slow', room: 'lobby', seconds: 60 })).toMatchObject({ type: 'done' });
    await ada.page.until((state) => lobby(state)?.slow === 60);
    const [first, other] = [await ada.talk('psk'), await ada.talk('plain')];
    await first.say('one');
    for (const client of [first, other])
      await expect(client.say('two')).rejects.toMatchObject({
        code: 'slow_mode',
        retryAfter: expect.any(Number) as number,
      });
    const leading = await lead.talk('psk');
    await leading.say('one');
    await leading.say('two');
  });

  it('has the limits of the chat, and only rooms that there are', async () => {
    const { page } = lead;
    expect(await page.ask({ type: 'slow', room: 'nowhere', seconds: 5 })).toMatchObject({
      type: 'failed',
      code: 'no_such_room',
    });
    const socket = lead.open('/ws/class');
    const answers: string[] = [];
    socket.on('message', (text: Buffer) => answers.push(text.toString()));
    await new Promise((resolve) => socket.once('message', resolve));
    const seconds = LIMITS.sanctionSeconds + 1;
    socket.send(JSON.stringify({ type: 'slow', room: 'lobby', seconds, ref: 1 }));
    await expect.poll(() => answers.join()).toContain('bad_request');
  });
});

describe('a message that is taken away', () => {
  it('goes from every page that has it, and is not told to newcomers', async () => {
    const [ada, ben] = [await comesIn('Ada6'), await comesIn('Ben6')];
    const heard: unknown[] = [];
    const [talking, listening] = [await ada.talk('psk'), await ben.talk('tls')];
    listening.subscribe((event) => void (event.type === 'deleted' && heard.push(event.id)));
    const { id } = await talking.say('rude words');
    expect(await ben.page.ask({ type: 'hide', message: id })).toMatchObject({ code: 'leaders_only' });
    expect(await lead.page.ask({ type: 'hide', message: id })).toMatchObject({ type: 'done' });
    await expect.poll(() => heard).toEqual([id]);
    const { messages } = await (await ben.talk('plain')).history({ room: 'lobby', limit: 50 });
    expect(messages.find((message) => message.id === id)).toMatchObject({ deleted: true, text: '' });
    const entry = { actor: 'Instructor', subject: 'Ada6', room: 'lobby', detail: `message ${id}` };
    await expect.poll(() => auditOf('moderation.deleted')).toContainEqual(expect.objectContaining(entry));
    expect(await lead.page.ask({ type: 'hide', message: id })).toMatchObject({ code: 'no_such_message' });
  });

  it('can be one’s own, but not that of somebody who leads, too', async () => {
    const [own, others] = [await lead.talk('psk'), await (await assistant('Tess7')).talk('psk')];
    const [mine, theirs] = [await own.say('a slip'), await others.say('another')];
    expect(await lead.page.ask({ type: 'hide', message: mine.id })).toMatchObject({ type: 'done' });
    expect(await lead.page.ask({ type: 'hide', message: theirs.id })).toMatchObject({ code: 'outranked' });
  });
});
