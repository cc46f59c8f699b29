/** The flags of a class on a real server: who is told which, and what those who lead see of what is handed in. */
import { describe, expect, it } from 'vitest';
import type { ClassArchive } from '#classroom/archive';
import type { SharedKey } from '#channel/psk/keys';
import { Dissection } from '#dissect/index';
import type { Inner, TapEvent } from '#dissect/model';
import { CLASS_CAPS, type ClassState } from '#dissect/page-class';
import type { Field } from '#protocol/field';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { auditOf, type Device } from '../support/servers/class.ts';
import {
  comesBack,
  comesIn,
  lead,
  rowOf,
  startAnew,
  useClass,
  workbench,
} from '../support/servers/one-class.ts';
import { Puppet } from '../support/servers/server.ts';

useClass();

const FLAG = /^flag(-[2-9a-hj-km-np-z]{4}){3}$/;

/** The flag in the welcome of a connection that is dialled past the page, with this key. */
async function flagWith(wire: WireName, key: SharedKey): Promise<string | undefined> {
  const peer = await Puppet.dial({ ...workbench.target(wire), keys: [key] });
  const { flag } = await peer.expect('welcome');
  await peer.close();
  return flag;
}

const flagOf = async (device: Device): Promise<string> =>
  (await flagWith('psk', await device.key())) ?? 'none';
const handIn = (device: Device, flag: string) => device.page.ask({ type: 'hand-in', flag });
const standing = (state: ClassState, name: string) => rowOf(state, name)?.flag;

/** The wires on which a page reads a flag in the records of its connections, and the flags. */
function flagsIn(events: readonly TapEvent[]): string[] {
  const dissection = new Dissection();
  dissection.addAll(events);
  const wires = new Map(
    events.flatMap((event) => (event.kind === 'flow' ? [[event.flow, event.wire] as const] : [])),
  );
  const named = (fields: readonly Field[]): unknown[] =>
    fields.flatMap(({ name, value, children = [] }) => [
      ...(name === 'flag' ? [value] : []),
      ...named(children),
    ]);
  const inside = ({ fields, inner }: Pick<Inner, 'fields' | 'inner'>): unknown[] => [
    ...named(fields),
    ...inner.flatMap(inside),
  ];
  return dissection
    .allRecords()
    .flatMap((record) => inside(record).map((flag) => `${wires.get(record.flow)} ${String(flag)}`));
}

describe('the flag of a student', () => {
  it('is in the welcome on the psk wires with the own key, and on no other', async () => {
    const [ada, ben] = [await comesIn('Ada1'), await comesIn('Ben1')];
    const [adas, bens] = [await ada.key(), await ben.key()];
    const flag = await flagOf(ada);
    expect(flag).toMatch(FLAG);
    expect(await flagWith('tls+psk', adas)).toBe(flag);
    expect([await flagWith('plain', adas), await flagWith('tls', adas)]).toEqual([undefined, undefined]);
    expect(await flagWith('psk', bens)).not.toBe(flag);
    const [server] = workbench.data.keys;
    expect(server && (await flagWith('psk', server))).toBeUndefined();
    for (const { psk, id, role } of workbench.classroom?.roster.people.all ?? [])
      if (role !== 'student') expect(await flagWith('psk', { id: `class-${id}`, key: psk })).toBeUndefined();
  });

  it('is read in the records of the own psk connections, and in nothing else that a page is told', async () => {
    const [ada, ben] = [await comesIn('Ada2'), await comesIn('Ben2')];
    const [mine, others, leads] = [ada.tap(), ben.tap(), lead.tap()];
    for (const wire of WIRE_NAMES) await (await ada.talk(wire)).say('hello');
    await expect.poll(() => flagsIn(mine.events).length).toBe(2);
    const [flag = ''] = flagsIn(mine.events).map((found) => found.split(' ')[1]);
    expect(flagsIn(mine.events).sort()).toEqual([`psk ${flag}`, `tls+psk ${flag}`]);
    await (await ben.talk('psk')).say('hello');
    await expect.poll(() => flagsIn(others.events).length).toBe(1);
    expect(flagsIn(others.events)).not.toContain(`psk ${flag}`);
    expect(flagsIn(leads.events).filter((found) => found.includes(flag))).toEqual([]);
    const told = [
      await ada.page.until(() => true),
      await lead.page.until((state) => rowOf(state, 'Ada2') !== undefined),
    ];
    expect(JSON.stringify(told)).not.toContain(flag);
    expect(workbench.log.join('\n')).not.toContain(flag);
    const { id } = rowOf(told[1] as ClassState, 'Ada2') ?? { id: -1 };
    await lead.page.ask({ type: 'open', person: id });
    await expect.poll(() => flagsIn(leads.events)).toContain(`psk ${flag}`);
    expect(await flagOf(ada)).toBe(flag);
  });

  it('is the same after a new start of the server', async () => {
    const ada = await comesIn('Ada3');
    const flag = await flagOf(ada);
    await startAnew();
    expect(await flagOf(comesBack(ada))).toBe(flag);
  });
});

describe('a flag that is handed in', () => {
  it('shows as the own one, however it is typed, also after a new start, until the work is reset', async () => {
    const ada = await comesIn('Ada4');
    const flag = await flagOf(ada);
    const before = Date.now();
    expect(await handIn(ada, ` ${flag.toUpperCase().replaceAll('-', ' ')}`)).toMatchObject({ type: 'done' });
    const { flag: own } = await ada.page.until((state) => state.flag !== null);
    expect(own).toBeGreaterThanOrEqual(before);
    const seen = await lead.page.until((state) => standing(state, 'Ada4') !== undefined);
    expect(standing(seen, 'Ada4')).toEqual({ own, others: [] });
    await startAnew();
    const back = comesBack(ada);
    expect((await back.page.until(() => true)).flag).toBe(own);
    await lead.page.ask({ type: 'reset' });
    await back.page.until((state) => state.flag === null);
    await startAnew();
    expect((await comesBack(ada).page.until(() => true)).flag).toBeNull();
    expect(await flagOf(comesBack(ada))).toBe(flag);
  });

  it('of another shows to those who lead whose it is, and stands in the audit log and the archive', async () => {
    const [ada, ben] = [await comesIn('Ada5'), await comesIn('Ben5')];
    const flag = await flagOf(ben);
    const { id } = rowOf(await lead.page.until((state) => rowOf(state, 'Ben5') !== undefined), 'Ben5') ?? {
      id: -1,
    };
    // Also of a student who is no longer in the class.
    await lead.page.ask({ type: 'remove', person: id });
    const answer = await handIn(ada, flag);
    expect(answer).toMatchObject({ type: 'failed', code: 'flag_of_other' });
    expect(JSON.stringify(answer)).not.toContain('Ben5');
    await handIn(ada, flag);
    const seen = await lead.page.until((state) => standing(state, 'Ada5') !== undefined);
    expect(standing(seen, 'Ada5')).toMatchObject({ own: null, others: [{ name: 'Ben5' }] });
    const told = await ada.page.until(() => true);
    expect([told.flag, JSON.stringify(told).includes('Ben5')]).toEqual([null, false]);
    const byAda = async () =>
      (await auditOf(workbench, 'class.flag_of_other')).filter(({ actor }) => actor === 'Ada5');
    await expect.poll(byAda).toMatchObject([{ subject: 'Ben5' }]);
    const entries = await byAda();
    const text = await (await lead.ask('/api/class/archive')).text();
    const archived = (JSON.parse(text) as ClassArchive).people.find(({ name }) => name === 'Ada5');
    expect(archived?.flag).toMatchObject({ own: null, others: [{ name: 'Ben5' }] });
    expect([text.includes(flag), JSON.stringify(entries).includes(flag)]).toEqual([false, false]);
    expect(workbench.log.join('\n')).not.toContain(flag);
  });

  it('that is none of this class is told apart, and there are only so many tries', async () => {
    const ada = await comesIn('Ada6');
    expect(await handIn(ada, 'flag-2222-2222-2222')).toMatchObject({ code: 'wrong_flag' });
    for (let tries = 1; tries < CLASS_CAPS.flagsPerMinute; tries++) await handIn(ada, 'flag');
    expect(await handIn(ada, await flagOf(ada))).toMatchObject({ code: 'rate_limited' });
    expect(await handIn(lead, await flagOf(ada))).toMatchObject({ code: 'students_only' });
    const seen = await lead.page.until((state) => rowOf(state, 'Ada6') !== undefined);
    expect(standing(seen, 'Ada6')).toBeUndefined();
  });
});
