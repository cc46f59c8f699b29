/** Those who lead play an attack on the room: in the connections of students who agree, in nobody else's, and with what it does. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '#client/client';
import { FORGED, type RoomAttackId, type RoomAttackNow } from '#dissect/page-room-attack';
import { fromHex } from '#protocol/bytes';
import type { WireName } from '#protocol/wires';
import { type Device, auditOf } from '../support/servers/class.ts';
import { comesIn, lead, useClass, workbench } from '../support/servers/one-class.ts';

// Mallory’s process is started anew for each attack.
vi.setConfig({ testTimeout: 120_000 });

useClass();

afterEach(async () => {
  // The first ends what goes on, and the second takes it away.
  await lead.page.ask({ type: 'end-attack' });
  await lead.page.ask({ type: 'end-attack' });
  await lead.page.untilNoAttack();
});

/** Everything that is said in the room, with the name of whoever said it. */
function heardBy(client: Client): string[] {
  const heard: string[] = [];
  client.subscribe((event) => {
    if (event.type === 'message') heard.push(`${event.from}: ${event.text}`);
  });
  return heard;
}

interface Scene {
  readonly victim: Device;
  readonly client: Client;
  readonly heard: readonly string[];
}

/** The class is asked, this student agrees, and Mallory stands in their connection. */
async function attacked(attack: RoomAttackId, wire: WireName, name: string): Promise<Scene> {
  const [victim, listener] = [await comesIn(name), await comesIn(`Ear-${name}`)];
  const heard = heardBy(await listener.talk('plain'));
  const client = await victim.talk(wire);
  await client.say('before');
  await consent(victim, attack, wire);
  expect(await lead.page.ask({ type: 'begin-attack' })).toMatchObject({ type: 'done' });
  await victim.page.untilAttack(({ own }) => own?.standing === 'in');
  return { victim, client, heard };
}

async function consent(device: Device, attack: RoomAttackId, wire: WireName): Promise<number> {
  expect(await lead.page.ask({ type: 'ask-attack', attack, wire })).toMatchObject({ type: 'done' });
  const { id } = await device.page.untilAttack(({ stage }) => stage === 'asked');
  expect(await device.page.ask({ type: 'consent', attack: id, yes: true })).toMatchObject({ type: 'done' });
  return id;
}

const judged = (device: Device): Promise<RoomAttackNow> =>
  device.page.untilAttack(({ own }) => own?.outcome != null);
const said = (client: Client, text: string): void => void client.say(text).catch(() => undefined);
const text = (hex: string | undefined): string => new TextDecoder().decode(fromHex(hex ?? ''));

describe('an attack on the room of a class', () => {
  it('changes on plain what a student says, which the others hear', async () => {
    const { victim, client, heard } = await attacked('flip-text', 'plain', 'Ada1');
    await client.say('hello');
    const { own } = await judged(victim);
    expect(own).toMatchObject({
      agrees: true,
      standing: 'over',
      outcome: { verdict: 'succeeds', heard: ['iello'] },
    });
    expect(own?.outcome?.took.map(text)[0]).toContain('"text":"hello"');
    expect(own?.outcome?.sent.map(text)[0]).toContain('"text":"iello"');
    await expect.poll(() => heard).toContain('Ada1: iello');
    // Mallory has left, and the connection goes on.
    await client.say('and after');
    await expect.poll(() => heard).toContain('Ada1: and after');
    const over = await lead.page.untilAttack(({ stage }) => stage === 'over');
    expect(over).toMatchObject({ agreed: 1, counts: { succeeds: 1, detected: 0, prevented: 0 }, own: null });
    expect(over.rows?.find(({ name }) => name === 'Ada1')?.outcome).toMatchObject({ verdict: 'succeeds' });
    expect(JSON.stringify(over)).not.toContain('iello');
  });

  it.each([
    ['psk', 'bad_record_mac'],
    ['tls', 'tls_failed'],
  ] as const)('is noticed on %s', async (wire, code) => {
    const { victim, client, heard } = await attacked('flip-text', wire, `Ben-${wire}`);
    said(client, 'hello');
    const { own } = await judged(victim);
    expect(own?.outcome).toMatchObject({
      verdict: 'detected',
      words: `The server ended the connection: ${code}.`,
      heard: [],
    });
    expect(own?.outcome?.took[0]).not.toBe(own?.outcome?.sent[0]);
    expect(heard.filter((line) => line.includes('ello'))).toEqual([]);
  });

  it('repeats a message in vain on plain, because the server knows its reference', async () => {
    const { victim, client, heard } = await attacked('replay-message', 'plain', 'Cleo2');
    await client.say('once');
    const { own } = await judged(victim);
    expect(own?.outcome).toMatchObject({ verdict: 'prevented', heard: ['once'] });
    expect(own?.outcome?.sent).toEqual([own?.outcome?.took[0], own?.outcome?.took[0]]);
    expect(heard.filter((line) => line === 'Cleo2: once')).toHaveLength(1);
  });

  it('leaves a message out on plain, and is noticed on psk with the next record', async () => {
    const plain = await attacked('drop', 'plain', 'Dan3');
    said(plain.client, 'lost');
    await plain.victim.page.untilAttack(({ own }) => own?.standing === 'acted');
    await plain.client.say('found');
    expect((await judged(plain.victim)).own?.outcome).toMatchObject({ verdict: 'succeeds', sent: [] });
    expect(plain.heard).toContain('Dan3: found');
    expect(plain.heard).not.toContain('Dan3: lost');

    const psk = await attacked('drop', 'psk', 'Eli3');
    said(psk.client, 'lost');
    await psk.victim.page.untilAttack(({ own }) => own?.standing === 'acted');
    said(psk.client, 'found');
    expect((await judged(psk.victim)).own?.outcome).toMatchObject({ verdict: 'detected' });
  });

  it('turns two messages round, and says something in the name of a student', async () => {
    const turned = await attacked('reorder', 'plain', 'Fay4');
    for (const words of ['one', 'two']) said(turned.client, words);
    expect((await judged(turned.victim)).own?.outcome).toMatchObject({
      verdict: 'succeeds',
      heard: ['two', 'one'],
    });
    await expect.poll(() => turned.heard.slice(-2)).toEqual(['Fay4: two', 'Fay4: one']);

    const forged = await attacked('forge-message', 'plain', 'Gus4');
    await forged.client.say('mine');
    expect((await judged(forged.victim)).own?.outcome).toMatchObject({ verdict: 'succeeds' });
    await expect.poll(() => forged.heard.slice(-2)).toEqual(['Gus4: mine', `Gus4: ${FORGED}`]);
  });

  it('touches nobody who has said no or nothing, and tells a student nothing of others', async () => {
    const [no, silent] = [await comesIn('No5'), await comesIn('Silent5')];
    const clients = [await no.talk('plain'), await silent.talk('plain')] as const;
    const { victim, client, heard } = await attacked('flip-text', 'plain', 'Hal5');
    const { id } = await no.page.untilAttack();
    expect(await no.page.ask({ type: 'consent', attack: id, yes: false })).toMatchObject({ type: 'done' });
    for (const each of clients) await each.say('as it is');
    await expect.poll(() => heard).toEqual(expect.arrayContaining(['No5: as it is', 'Silent5: as it is']));
    await client.say('hello');
    await judged(victim);
    const shown = await no.page.untilAttack(({ stage }) => stage === 'over');
    expect(shown).toMatchObject({ own: { agrees: false, standing: null, outcome: null }, rows: null });
    expect(JSON.stringify(shown)).not.toContain('Hal5');
    // Too late to agree.
    expect(await silent.page.ask({ type: 'consent', attack: id, yes: true })).toMatchObject({
      code: 'attack_over',
    });
  });

  it('lets a student go who withdraws, and their connection goes on', async () => {
    const { victim, client, heard } = await attacked('flip-text', 'psk', 'Ivy6');
    const { id } = await victim.page.untilAttack();
    expect(await victim.page.ask({ type: 'consent', attack: id, yes: false })).toMatchObject({
      type: 'done',
    });
    await victim.page.untilAttack(({ own }) => own?.standing === 'over');
    await client.say('untouched');
    await expect.poll(() => heard).toContain('Ivy6: untouched');
    expect((await victim.page.untilAttack()).own?.outcome).toMatchObject({ verdict: null, took: [] });
  });

  it('lets everyone go when it is ended, with what Mallory has kept', async () => {
    const { victim, client, heard } = await attacked('reorder', 'plain', 'Jo7');
    const kept = client.say('kept');
    await victim.page.untilAttack(({ own }) => own?.standing === 'acted');
    expect(heard).not.toContain('Jo7: kept');
    await lead.page.ask({ type: 'end-attack' });
    await kept;
    await expect.poll(() => heard).toContain('Jo7: kept');
    await client.say('and after');
  });

  it('comes into a connection that a student opens later', async () => {
    const [victim, listener] = [await comesIn('Kim8'), await comesIn('Ear8')];
    const heard = heardBy(await listener.talk('plain'));
    await consent(victim, 'flip-text', 'plain');
    await lead.page.ask({ type: 'begin-attack' });
    await victim.page.untilAttack(({ own }) => own?.standing === 'waiting');
    const client = await victim.talk('plain');
    await victim.page.untilAttack(({ own }) => own?.standing === 'in');
    await client.say('hello');
    await judged(victim);
    await expect.poll(() => heard).toContain('Kim8: iello');
  });

  it('is asked for and begun by those who lead, with somebody who agrees', async () => {
    const leo = await comesIn('Leo9');
    const ask = { type: 'ask-attack', attack: 'flip-text', wire: 'plain' } as const;
    expect(await leo.page.ask(ask)).toMatchObject({ code: 'leaders_only' });
    expect(await lead.page.ask({ type: 'begin-attack' })).toMatchObject({ code: 'attack_over' });
    await lead.page.ask(ask);
    const { id } = await leo.page.untilAttack();
    expect(await lead.page.ask({ type: 'begin-attack' })).toMatchObject({ code: 'nobody_agrees' });
    expect(await lead.page.ask({ type: 'consent', attack: id, yes: true })).toMatchObject({
      code: 'students_only',
    });
    await leo.page.ask({ type: 'consent', attack: id, yes: true });
    await leo.page.ask({ type: 'consent', attack: id, yes: false });
    expect(await lead.page.ask({ type: 'begin-attack' })).toMatchObject({ code: 'nobody_agrees' });
    // Another one is another question.
    await leo.page.ask({ type: 'consent', attack: id, yes: true });
    await lead.page.ask({ ...ask, wire: 'psk' });
    await leo.page.untilAttack((now) => now.id > id && now.own?.agrees === null);
    expect(await leo.page.ask({ type: 'consent', attack: id, yes: true })).toMatchObject({
      code: 'attack_over',
    });
  });

  it('stands in the audit log, with how many have agreed and what came of it', async () => {
    const { victim, client } = await attacked('flip-text', 'plain', 'Mia10');
    expect(await lead.page.ask({ type: 'begin-attack' })).toMatchObject({ code: 'attack_begun' });
    await client.say('hello');
    await judged(victim);
    const last = async (event: 'class.attack_begun' | 'class.attack_ended') =>
      (await auditOf(workbench, event))[0];
    await expect
      .poll(() => last('class.attack_begun'))
      .toMatchObject({ actor: 'Instructor', via: 'plain', detail: 'flip-text: 1 of 1 agree' });
    await expect
      .poll(() => last('class.attack_ended'))
      .toMatchObject({ actor: 'server', detail: 'flip-text: succeeds 1, detected 0, prevented 0' });
  });

  it('ends with the class, and nothing of Mallory is left', async () => {
    const { client } = await attacked('flip-text', 'plain', 'Ned11');
    const ends = (): Promise<number> => auditOf(workbench, 'class.attack_ended').then(({ length }) => length);
    const before = await ends();
    expect(await lead.page.ask({ type: 'erase' })).toMatchObject({ type: 'done' });
    await lead.page.untilNoAttack();
    await expect.poll(() => client.state).not.toBe('open');
    await expect.poll(ends).toBe(before + 1);
  });
});
