/** The bench in the middle of a connection that stands: a client talks through a tap of the workbench, and a page steps in. */
import { afterAll, afterEach, expect, it } from 'vitest';
import { Person } from '#attacks/person';
import { standingTarget } from '#dissect/page-bench';
import { replacedText } from '#dissect/replaced-text';
import { fromHex, showUtf8, toHex, utf8 } from '#protocol/bytes';
import type { WireName } from '#protocol/messages';
import { Recorder } from '#tap/recorder';
import { StandingFlows } from '#tap/step-in';
import { type Tap, startTap } from '#tap/tap';
import { useAttackServer } from '../../../test/support/servers/attacks.ts';
import { benchPage } from '../../../test/support/servers/bench-page.ts';
import { type TestServer, startTestServer } from '../../../test/support/servers/server.ts';

const HERE = '127.0.0.1';
const recorder = new Recorder();
const taps: Tap[] = [];
const people: Person[] = [];
let chat: TestServer;

const server = useAttackServer(
  async () => {
    chat = await startTestServer({ keyLog: (line) => recorder.secret(line) });
    for (const wire of ['plain', 'psk'] as const)
      taps.push(
        await startTap({ wire, listen: { host: HERE, port: 0 }, target: chat.address(wire), recorder }),
      );
    return taps.map(({ wire, address }) => ({ wire, ...address, tapped: true }));
  },
  new StandingFlows(() => taps, recorder),
);
afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.close()));
});
afterAll(async () => {
  await Promise.all(taps.map((tap) => tap.close()));
  await chat.close();
});

/** Somebody who talks through a tap already, and ben, who does not. */
async function talking(wire: WireName) {
  const tap = taps.find((each) => each.wire === wire) as Tap;
  const enter = async (name: string, address: { readonly port: number }): Promise<Person> => {
    const target = chat.target(name === 'ben' ? 'plain' : wire, { host: HERE, ...address });
    const person = await Person.enter({ ...target, name, tell: () => undefined }, {});
    people.push(person);
    return person;
  };
  const [ben, ana] = [await enter('ben', chat.address('plain')), await enter('ana', tap.address)];
  await ana.say('before');
  await ben.hears('before');
  const flow = recorder.events().findLast((event) => event.kind === 'flow')?.flow ?? 0;
  return { ben, ana, flow };
}

/** All that is recorded of a flow, as text. */
const recorded = (flow: number): string =>
  recorder
    .events()
    .flatMap((event) => (event.kind === 'chunk' && event.flow === flow ? [showUtf8(event.bytes)] : []))
    .join('');

function withLastByteChanged(hex: string): string {
  return `${hex.slice(0, -2)}${hex.endsWith('00') ? '01' : '00'}`;
}

it('changes what is said, and leaves the connection whole', { timeout: 60_000 }, async () => {
  const { ana, ben, flow } = await talking('plain');
  const { ask, message, event, held, socket } = await benchPage(server);
  expect((await message('standing')).flows).toEqual([
    { flow, wire: 'plain', from: expect.stringMatching(/^127\.0\.0\.1:\d+$/), since: expect.any(Number) },
  ]);
  ask({ type: 'open', target: standingTarget(flow) });
  expect(await message('open')).toMatchObject({ target: `flow ${flow}`, wire: 'plain', isOwn: true });
  expect(await event(({ kind }) => kind === 'opened')).toMatchObject({ connection: 1, joined: flow });
  const said = ana.say('meet at nine');
  const unit = await held();
  expect(unit).toMatchObject({ id: 1, towards: 'server', title: 'say' });
  const bytes = replacedText(fromHex(unit.bytes), utf8('nine'), utf8('noon')) as Uint8Array;
  ask({ type: 'replace', unit: 1, bytes: toHex(bytes), fit: true, edit: 1 });
  ask({ type: 'pass', unit: 1 });
  await ben.hears('meet at noon');
  await said;
  // The recording has what ana sent, and not what was made of it.
  expect(recorded(flow)).toContain('meet at nine');
  expect(recorded(flow)).not.toContain('noon');

  const late = ana.say('held when the page goes');
  await event((each) => each.kind === 'heard' && each.hold !== null && each.unit.id > 1);
  socket.close();
  await late;
  await ana.say('after');
  await ben.hears('held when the page goes', 'after');
  await ben.say('and back');
  await ana.hears('and back');
  expect(recorded(flow)).toContain('and back');
});

it(
  'reads a sealed connection from its beginning, and is refused by the tag',
  { timeout: 60_000 },
  async () => {
    const { ana, ben, flow } = await talking('psk');
    const { ask, held, event, message, told, until } = await benchPage(server);
    ask({ type: 'open', target: standingTarget(flow) });
    await event(({ kind }) => kind === 'opened');
    ask({ type: 'break', filter: 'msg.text == "meet at nine"' });
    await until(() => told.find((each) => each.type === 'breakpoint' && each.filter.includes('text')));
    await ana.say('hello');
    await ben.hears('hello');
    ana.say('meet at nine').catch(() => undefined);
    const { id, bytes } = await held();
    ask({ type: 'replace', unit: id, bytes: withLastByteChanged(bytes), fit: true, edit: 1 });
    ask({ type: 'pass', unit: id });
    await chat.logged(({ code }) => code === 'bad_record_mac');
    await event(({ kind }) => kind === 'closed');

    ask({ type: 'open', target: standingTarget(flow) });
    expect((await message('over')).code).toBe('flow_gone');
  },
);
