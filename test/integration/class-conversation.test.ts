/** A conversation that the server holds for a class: those who lead start and stop it, and everyone reads its connections. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { Conversation } from '#dissect/page-conversation';
import { type Device, type TapEvents, codeOf, join } from '../support/servers/class.ts';
import { lead, place, useClass, workbench } from '../support/servers/one-class.ts';

useClass();
let ada: Device;

beforeAll(async () => {
  ada = await join(place, codeOf(workbench), 'Ada');
});
afterEach(async () => {
  await lead.page.ask({ type: 'stop-conversing' });
});
afterAll(() => ada.close());

const SCRIPT = 'ana: the north gate\nben: at nine';
const LONG = 'ana: on and on\n'.repeat(40);

async function told(isSo: (conversation: Conversation) => boolean): Promise<Conversation | null | undefined> {
  const state = await lead.page.until(({ lead: known }) => !!known?.conversation && isSo(known.conversation));
  return state.lead?.conversation;
}

/** What was said on each wire, as a page with these events reads it: in the order in which it was said. */
function saidIn(tap: TapEvents): string[] {
  const dissection = new Dissection();
  dissection.addAll(tap.events);
  return dissection.flows.flatMap(({ id, wire }) =>
    dissection
      .records(id)
      .filter(({ dir }) => dir === 'c2s')
      .flatMap(({ plain, raw }) => /"text":"([^"]*)"/.exec(new TextDecoder().decode(plain ?? raw))?.[1] ?? [])
      .map((text) => `${wire}: ${text}`),
  );
}

describe('a conversation for a class', () => {
  it('is spoken on each wire, and a student reads all of it', async () => {
    const tap = ada.tap();
    const wires = ['plain', 'psk'] as const;
    expect(await lead.page.ask({ type: 'converse', script: SCRIPT, wires })).toMatchObject({ type: 'done' });
    expect(await told(({ state }) => state === 'running')).toMatchObject({ by: 'Instructor', lines: 4 });
    expect(await told(({ state }) => state === 'over')).toEqual({
      by: 'Instructor',
      said: 4,
      lines: 4,
      wire: 'psk',
      state: 'over',
    });
    const lines = ['the north gate', 'at nine'].flatMap((text) => wires.map((wire) => `${wire}: ${text}`));
    await expect.poll(() => saidIn(tap).sort(), { timeout: 20_000 }).toEqual(lines.sort());
  });

  it('can be stopped, and started anew with other lines', async () => {
    await lead.page.ask({ type: 'converse', script: LONG, wires: ['plain'] });
    await told(({ said }) => said > 0);
    expect(await lead.page.ask({ type: 'stop-conversing' })).toMatchObject({ type: 'done' });
    const over = await told(({ state }) => state === 'over');
    expect(over?.said).toBeLessThan(40);
    expect(over).not.toHaveProperty('error');
    expect(await lead.page.ask({ type: 'stop-conversing' })).toMatchObject({ code: 'not_conversing' });
    await lead.page.ask({ type: 'converse', script: 'cleo: hello', wires: ['tls'] });
    await told(({ said, wire, state }) => said === 1 && wire === 'tls' && state === 'over');
  });

  it('is asked for by those who lead, with lines that can be spoken', async () => {
    const ask = (device: Device, script: string) =>
      device.page.ask({ type: 'converse', script, wires: ['plain'] });
    expect(await ask(ada, SCRIPT)).toMatchObject({ code: 'leaders_only' });
    expect(await ask(lead, 'hello')).toMatchObject({
      code: 'bad_script',
      message: 'this is no script: line 1: a line is a name, a colon and what is said',
    });
  });

  it('ends when those who lead freeze its room, and says why', async () => {
    await lead.page.ask({ type: 'converse', script: LONG, wires: ['plain'] });
    await told(({ said, state }) => said > 0 && state === 'running');
    expect(await lead.page.ask({ type: 'freeze', room: 'demo-room', on: true })).toMatchObject({
      type: 'done',
    });
    const over = await told(({ state }) => state === 'over');
    expect(over?.error?.code).toBe('room_locked');
    await lead.page.ask({ type: 'freeze', room: 'demo-room', on: false });
  });
});
