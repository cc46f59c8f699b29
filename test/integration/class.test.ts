/** A class on a real server: who comes in, under which name, and what each may see. */
import { describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { Inner, TapEvent } from '#dissect/model';
import type { ClassState } from '#dissect/page-class';
import { ChatClient } from '#client/chat-client';
import { EMPTY, showUtf8, toHex, utf8 } from '#protocol/bytes';
import { WIRE_NAMES } from '#protocol/wires';
import { type Device, askToJoin, auditOf, codeOf } from '../support/servers/class.ts';
import {
  comesBack,
  comesIn,
  lead,
  place,
  startAnew,
  useClass,
  workbench,
} from '../support/servers/one-class.ts';

useClass();

describe('the door', () => {
  it('is shown to everyone, and lets in who knows the code, however it is typed', async () => {
    const door = await fetch(`http://127.0.0.1:${workbench.web.address.port}/api/class`);
    expect(await door.json()).toEqual({ title: 'Wireglass class', open: true });
    const code = codeOf(workbench);
    const typed = ` ${code.slice(0, 3).toUpperCase()}-${code.slice(3)} `;
    expect(await askToJoin(place, { code: typed, name: 'Ada1' })).toMatchObject({ status: 200 });
  });

  it.each([
    ['another code', { code: 'zzzzzz', name: 'Ada2' }, 403, 'wrong_code'],
    ['no name', { name: ' ' }, 422, 'bad_name'],
    ['a name that is no name', { name: 'A\u202eda' }, 422, 'bad_name'],
    ['the name of the instructor in other letters', { name: 'lnstruct0r' }, 422, 'bad_name'],
    ['a name with that in it', { name: 'Your-Teacher' }, 422, 'bad_name'],
    ['something else', { name: 7 }, 400, 'bad_request'],
  ])('turns away %s', async (_, body, status, code) => {
    const asked = { code: codeOf(workbench), ...body };
    expect(await askToJoin(place, asked)).toMatchObject({ status, json: { code } });
  });

  it('gives a name once, even in look-alike letters, and offers others', async () => {
    await comesIn('Pop');
    // Er, o, er.
    const cyrillic = '\u0420\u043e\u0440';
    for (const name of ['Pop', 'POP', cyrillic]) {
      const { status, json } = await askToJoin(place, { code: codeOf(workbench), name });
      expect([status, json]).toMatchObject([409, { code: 'name_taken' }]);
      expect(json['suggestions']).toEqual([`${name}-2`, `${name}-3`, `${name}-4`]);
    }
  });

  it('can be closed to newcomers, and those who are in stay in', async () => {
    const ada = await comesIn('Ada4');
    expect(await lead.page.ask({ type: 'door', open: false })).toMatchObject({ type: 'done' });
    const late = await askToJoin(place, { code: codeOf(workbench), name: 'Ben4' });
    expect(late).toMatchObject({ status: 403, json: { code: 'class_closed' } });
    await lead.page.ask({ type: 'door', open: true });
    expect((await ada.page.until(() => true)).me.name).toBe('Ada4');
  });

  it('lets an assistant in with a link, once', async () => {
    const answer = await lead.page.ask({ type: 'assistant-link' });
    const code = /#code=([0-9a-f]{64})$/.exec('link' in answer ? (answer.link ?? '') : '')?.[1];
    expect(await askToJoin(place, { code, name: 'Grace' })).toMatchObject({ status: 200 });
    expect(await askToJoin(place, { code, name: 'Ivan' })).toMatchObject({ status: 403 });
    const { lead: known } = await lead.page.until(
      ({ lead: mine }) => mine?.people.some(({ name }) => name === 'Grace') ?? false,
    );
    const leaders = known?.people.filter(({ role }) => role !== 'student');
    expect(leaders?.map(({ name, role }) => [name, role])).toEqual([
      ['Instructor', 'instructor'],
      ['Grace', 'assistant'],
    ]);
  });
});

describe('a device', () => {
  it('comes back under its name after a restart of the server, and no other gets that name', async () => {
    const ada = await comesIn('Ada6');
    const key = toHex((await ada.key()).key);
    await startAnew();
    const back = comesBack(ada);
    expect((await back.page.until(() => true)).me).toMatchObject({ name: 'Ada6', role: 'student' });
    expect(toHex((await back.key()).key)).toBe(key);
    const other = await askToJoin(place, { code: codeOf(workbench), name: 'Ada6' });
    expect(other).toMatchObject({ status: 409 });
  });

  it('is known to the chat on every wire by its name, which nobody else can take', async () => {
    const ada = await comesIn('Ada7');
    for (const wire of WIRE_NAMES) expect((await ada.talk(wire)).name).toBe('Ada7');
    const stranger = new ChatClient({ ...workbench.target('tls'), name: 'Ada7', reconnect: false });
    await expect(stranger.connect()).rejects.toMatchObject({ code: 'name_taken' });
    await stranger.close();
    await expect(ada.talk('tls', { name: 'Instructor' })).rejects.toMatchObject({ code: 'already_named' });
  });

  it('has a shared key of its own, which is the server’s only as long as its owner is in the class', async () => {
    const [ada, ben] = [await comesIn('Ada8'), await comesIn('Ben8')];
    const [one, other] = [await ada.key(), await ben.key()];
    expect(one.id).not.toBe(other.id);
    expect(toHex(one.key)).not.toBe(toHex(other.key));
    const { lead: known } = await lead.page.until(
      ({ lead: mine }) => mine?.people.some(({ name }) => name.startsWith('Ben')) ?? false,
    );
    const person = known?.people.find(({ name }) => name === 'Ada8')?.id ?? 0;
    await lead.page.ask({ type: 'remove', person });
    const late = new ChatClient({ ...workbench.target('psk'), keys: [one], reconnect: false });
    await expect(late.connect()).rejects.toMatchObject({ code: 'unknown_key_id' });
    await late.close();
  });
});

describe('who is turned out', () => {
  it('is cut off at once everywhere, stays out, and comes back when let in again', async () => {
    const ada = await comesIn('Ada9');
    const { me } = await ada.page.until(() => true);
    const client = await ada.talk('tls');
    const gone = new Promise<string>((resolve) =>
      client.subscribe((event) => {
        if (event.type === 'state' && event.state === 'closed') resolve(event.error?.code ?? '');
      }),
    );
    expect(await lead.page.ask({ type: 'remove', person: me.id })).toMatchObject({ type: 'done' });
    expect(await ada.page.closed).toBe(4011);
    await gone;
    const refused = await ada.ask('/api/info');
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'removed_from_class' }]);
    const back = comesBack(ada);
    expect(await back.page.closed).toBe(4011);
    await lead.page.ask({ type: 'readmit', person: me.id });
    const again = comesBack(ada);
    expect((await again.page.until(() => true)).me).toEqual(me);
    await expect
      .poll(() => auditOf(workbench, 'class.removed'))
      .toContainEqual(expect.objectContaining({ actor: 'Instructor', subject: 'Ada9' }));
  });
});

/** Everything that can be read in these events, with the secrets among them. */
function readIn(events: readonly TapEvent[]): string {
  const dissection = new Dissection();
  dissection.addAll(events);
  const inside = (units: readonly Inner[]): string =>
    units
      .map(({ bytes, plain, inner }) => showUtf8(bytes) + showUtf8(plain ?? EMPTY) + inside(inner))
      .join('\n');
  return dissection
    .allRecords()
    .map(({ raw, inner }) => showUtf8(raw) + inside(inner))
    .join('\n');
}

describe('what a student sees of the wires', () => {
  it('is their own traffic and its secrets, and nothing of anyone else’s', async () => {
    const [ada, ben] = [await comesIn('Ada10'), await comesIn('Ben10')];
    const taps = { ada: ada.tap(), ben: ben.tap(), lead: lead.tap() };
    await expect.poll(() => Object.values(taps).every((tap) => tap.isReady)).toBe(true);
    for (const wire of WIRE_NAMES) {
      await (await ada.talk(wire, { room: `ada-${wire.replace('+', '-')}` })).say(`ada says kiwi on ${wire}`);
      await (await ben.talk(wire, { room: `ben-${wire.replace('+', '-')}` })).say(`ben says plum on ${wire}`);
    }
    const held = async (device: Device) =>
      toHex(new Uint8Array(await (await device.ask('/api/capture')).arrayBuffer()));
    await expect
      .poll(() => readIn(taps.ada.events))
      .toSatisfy((text: string) => WIRE_NAMES.every((wire) => text.includes(`kiwi on ${wire}`)));
    expect(readIn(taps.ada.events)).not.toContain('plum');
    const bytes = taps.ada.events.map((event) => (event.kind === 'chunk' ? toHex(event.bytes) : '')).join();
    expect(bytes).toContain(toHex(utf8('ada says kiwi on plain')));
    expect(bytes).not.toContain(toHex(utf8('ben says plum')));
    expect(await held(ada)).toContain(toHex(utf8('ada says kiwi on plain')));
    expect(await held(ada)).not.toContain(toHex(utf8('ben says plum')));
    const secrets = (events: readonly TapEvent[]) =>
      events.flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
    const [own, others] = [secrets(taps.ada.events), secrets(taps.ben.events)];
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((line) => others.includes(line))).toEqual([]);
    // The instructor sees neither, unless they are opened.
    expect(readIn(taps.lead.events)).not.toMatch(/kiwi|plum/);
    expect(secrets(taps.lead.events).filter((line) => [...own, ...others].includes(line))).toEqual([]);
  });

  it('is also what the clients behind their page say for them, under their name', async () => {
    const [ada, ben] = [await comesIn('Ada18'), await comesIn('Ben18')];
    const taps = { ada: ada.tap(), ben: ben.tap(), lead: lead.tap() };
    await expect.poll(() => Object.values(taps).every((tap) => tap.isReady)).toBe(true);
    const heard: string[] = [];
    const listener = await ben.talk('tls');
    listener.subscribe((event) => {
      if (event.type === 'message' && event.text === 'a quince for all') heard.push(event.from);
    });
    const page = ada.open('/ws/chat');
    page.on('open', () =>
      page.send(JSON.stringify({ type: 'say', id: '1', text: 'a quince for all', wires: WIRE_NAMES })),
    );
    await expect.poll(() => heard).toEqual(WIRE_NAMES.map(() => 'Ada18'));
    // Whose record it is: the sender's own, on each wire. Ben has only what was sent to him.
    const flowsWith = ({ events }: { readonly events: readonly TapEvent[] }) => {
      const dissection = new Dissection();
      for (const event of events) dissection.add(event);
      return new Set(dissection.allRecords().map(({ flow }) => flow)).size;
    };
    await expect.poll(() => flowsWith(taps.ada)).toBeGreaterThanOrEqual(WIRE_NAMES.length);
    await expect.poll(() => readIn(taps.ada.events)).toContain('quince');
    expect(flowsWith(taps.ben)).toBe(1);
    expect(readIn(taps.lead.events)).not.toContain('quince');
  });

  it('can be opened by the instructor: the class sees that, and the audit log keeps it', async () => {
    const [ada, ben] = [await comesIn('Ada11'), await comesIn('Ben11')];
    const { me } = await ada.page.until(() => true);
    const tap = lead.tap();
    await expect.poll(() => tap.isReady).toBe(true);
    const before = tap.events.length;
    await (await ada.talk('tls')).say('is anyone reading this?');
    expect(readIn(tap.events)).not.toContain('anyone');
    await lead.page.ask({ type: 'open', person: me.id });
    await expect.poll(() => readIn(tap.events)).toContain('is anyone reading this?');
    for (const device of [ada, ben])
      expect((await device.page.until(({ opened }) => opened.length === 1)).opened).toMatchObject([
        { person: me.id, name: 'Ada11', by: 'Instructor' },
      ]);
    await expect
      .poll(() => auditOf(workbench, 'class.opened'))
      .toContainEqual(expect.objectContaining({ actor: 'Instructor', subject: 'Ada11' }));
    await lead.page.ask({ type: 'close', person: me.id });
    await expect.poll(() => tap.events.length).toBe(before);
    await ben.page.until(({ opened }) => opened.length === 0);
    await expect.poll(() => auditOf(workbench, 'class.closed')).not.toEqual([]);
  });

  it('is shared with everyone by those who lead, who can share only what they see', async () => {
    const [ada, ben] = [await comesIn('Ada12'), await comesIn('Ben12')];
    const { me } = await ada.page.until(() => true);
    const [tap, own] = [ben.tap(), ada.tap()];
    await expect.poll(() => tap.isReady).toBe(true);
    const before = tap.events.length;
    await (await ada.talk('psk')).say('look at this');
    await expect.poll(() => own.events.length).toBeGreaterThan(0);
    const flow = own.events[0]?.flow ?? 0;
    expect(await lead.page.ask({ type: 'share', flow, on: true })).toMatchObject({ code: 'no_such_flow' });
    await lead.page.ask({ type: 'open', person: me.id });
    expect(await lead.page.ask({ type: 'share', flow, on: true })).toMatchObject({ type: 'done' });
    await expect.poll(() => readIn(tap.events)).toContain('look at this');
    expect((await ben.page.until(({ shared }) => shared.length === 1)).shared).toEqual([
      { flow, wire: 'psk', name: 'Ada12' },
    ]);
    await lead.page.ask({ type: 'share', flow, on: false });
    await expect.poll(() => tap.events.length).toBe(before);
  });

  it('is what the instructor does, while everyone is to look', async () => {
    const ben = await comesIn('Ben13');
    const tap = ben.tap();
    await expect.poll(() => tap.isReady).toBe(true);
    const before = tap.events.length;
    await (await lead.talk('tls')).say('watch my screen');
    await lead.page.ask({ type: 'look', place: '/inspect#record=1.2' });
    const { look } = await ben.page.until((state) => state.look !== null);
    expect(look).toMatchObject({ place: '/inspect#record=1.2', by: 'Instructor' });
    await expect.poll(() => readIn(tap.events)).toContain('watch my screen');
    await lead.page.ask({ type: 'look', place: null });
    await ben.page.until((state) => state.look === null);
    await expect.poll(() => tap.events.length).toBe(before);
  });
});

describe('a student', () => {
  it('cannot do what those who lead do', async () => {
    const ada = await comesIn('Ada14');
    for (const action of [
      { type: 'door', open: false },
      { type: 'open', person: 1 },
      { type: 'announce', text: 'no lesson today' },
      { type: 'assistant-link' },
    ] as const)
      expect(await ada.page.ask(action)).toMatchObject({ type: 'failed', code: 'leaders_only' });
    expect((await ada.page.until(() => true)).lead).toBeNull();
    const bench = ada.open('/ws/bench');
    expect(await new Promise((resolve) => bench.on('close', (code) => resolve(code)))).toBe(4012);
  });

  it('is told at once what the instructor announces', async () => {
    const ada = await comesIn('Ada15');
    await lead.page.ask({ type: 'announce', text: 'Ten more minutes' });
    const { announcement } = await ada.page.until((state) => state.announcement !== null);
    expect(announcement).toMatchObject({ text: 'Ten more minutes', by: 'Instructor' });
  });

  it('is on the board with its labs, also after a restart of the server', async () => {
    const ada = await comesIn('Ada17');
    const run = (...states: string[]) => ({
      lab: '04-seal',
      hints: 1,
      checks: states.map((state, at) => ({ id: `check-${at}`, state })),
    });
    const tell = (body: unknown) => ada.ask('/api/class/progress', body).then(({ status }) => status);
    for (const report of Array(3).fill(run('passed', 'failed', 'not run')))
      expect(await tell(report)).toBe(204);
    expect(await tell({ ...run('passed'), text: 'export const' })).toBe(400);
    expect(await tell(run('sometimes'))).toBe(400);
    const labsOf = ({ lead: mine }: ClassState) =>
      mine?.people.find(({ name }) => name === 'Ada17')?.labs ?? [];
    const stuck = { lab: '04-seal', standing: 'stuck', checks: 'pfn', failing: 'check-1', runs: 3, hints: 1 };
    const { lead: board } = await lead.page.until((state) => labsOf(state)[0]?.runs === 3);
    expect(board?.labs).toEqual([
      {
        lab: '04-seal',
        checks: ['check-0', 'check-1', 'check-2'],
        hard: [{ check: 'check-1', students: 1 }],
      },
    ]);
    await startAnew();
    const back = await lead.page.until((state) => labsOf(state).length > 0);
    expect(labsOf(back)).toEqual([expect.objectContaining(stuck)]);
    const seen = await comesBack(ada).page.until(() => true);
    expect(seen.lead).toBeNull();
  });

  it('is led through a lesson, which goes on after a restart of the server', async () => {
    const ada = await comesIn('Ada16');
    const opens = async (stage: number | null) => lead.page.ask({ type: 'stage', stage });
    expect(await opens(0)).toMatchObject({ type: 'failed', code: 'nothing_to_change' });
    await lead.page.ask({ type: 'plan', plan: '45' });
    await opens(0);
    await opens(1);
    const before = await ada.page.until(({ lesson }) => lesson?.open === 1);
    expect(before.lesson).toMatchObject({ plan: '45', done: [0] });
    expect(before.timer?.ends).toBeGreaterThan(Date.now() + 6 * 60_000);
    await startAnew();
    const back = comesBack(ada);
    const { lesson, timer } = await back.page.until(() => true);
    expect({ lesson, timer }).toEqual({ lesson: before.lesson, timer: before.timer });
    await lead.page.ask({ type: 'more-time', seconds: 60 });
    const { timer: longer } = await back.page.until((state) => state.timer?.ends !== timer?.ends);
    expect(longer?.ends).toBe((timer?.ends ?? 0) + 60_000);
    await lead.page.ask({ type: 'plan', plan: null });
    await back.page.until((state) => state.lesson === null && state.timer === null);
  });
});

describe('without a token', () => {
  it.each(['/api/info', '/api/ca.pem', '/api/demo-psk', '/api/capture', '/api/attacks', '/metrics'])(
    '%s answers 401',
    async (path) => {
      const response = await fetch(`http://127.0.0.1:${workbench.web.address.port}${path}`);
      expect(response.status).toBe(401);
    },
  );

  it.each(['tap', 'chat', 'wire', 'class', 'attacks', 'bench'])('/ws/%s is closed', async (name) => {
    const stranger = comesBack({ token: '' });
    const socket = stranger.open(`/ws/${name}`);
    const code = await new Promise((resolve) => socket.on('close', (number) => resolve(number)));
    expect(code).toBe(name === 'wire' ? 4002 : 4010);
  });
});

// Last: the guesses of this test count for a minute.
describe('a guesser', () => {
  it('takes no more than so many guesses, and then says when to try again', async () => {
    const answers = [];
    for (let i = 0; i < 32; i++) answers.push(await askToJoin(place, { code: 'zzzzzz', name: 'Eve' }));
    const last = answers.at(-1);
    expect(last).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    expect(last?.json['retryAfter']).toBeGreaterThan(0);
  });
});
