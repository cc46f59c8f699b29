/** The class is asked which bytes of a record Eve can read: what each is told, before the answer is revealed and after. */
import { afterEach, describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { WireRecord } from '#dissect/model';
import { CLASS_CAPS, type PersonRow } from '#dissect/page-class';
import { toHex } from '#protocol/bytes';
import type { Device, TapEvents } from '../support/servers/class.ts';
import { comesIn, lead, place, rowOf, useClass, workbench } from '../support/servers/one-class.ts';

useClass();

afterEach(async () => {
  await lead.page.ask({ type: 'end-question' });
});

/** What a page with these events makes of the connection over this wire, with the secrets that it was given. */
function recordsIn(tap: TapEvents, flow: number): readonly WireRecord[] {
  const dissection = new Dissection();
  dissection.addAll(tap.events.filter((event) => event.flow === flow));
  return dissection.records(flow);
}

/** Says something over psk with this device. Resolves with its record. */
async function saying(device: Device, text: string): Promise<WireRecord> {
  const client = await device.talk('psk');
  await client.say(text);
  const tap = device.tap();
  const holds = (record: WireRecord): boolean => new TextDecoder().decode(record.plain).includes(text);
  const find = (): WireRecord | undefined =>
    tap.events
      .filter(({ kind }) => kind === 'flow')
      .flatMap(({ flow }) => recordsIn(tap, flow ?? 0))
      .find((record) => record.dir === 'c2s' && holds(record));
  await expect.poll(find, { timeout: 20_000 }).toBeDefined();
  return find() as WireRecord;
}

const flowsOf = (tap: TapEvents): unknown[] =>
  tap.events.filter(({ kind }) => kind === 'flow').map(({ flow }) => flow);

describe('a question to the class', () => {
  it('shows everyone the bytes that crossed, and who marked what to nobody; each gets a score', async () => {
    const { flow, index, raw } = await saying(lead, 'north gate');
    const [ada, ben, cleo] = [await comesIn('Ada1'), await comesIn('Ben1'), await comesIn('Cleo1')];
    const tap = ada.tap();
    await expect.poll(() => tap.isReady).toBe(true);
    expect(await lead.page.ask({ type: 'ask', flow, record: index })).toMatchObject({ type: 'done' });
    const asked = await ada.page.untilAsked();
    expect(asked).toMatchObject({ bytes: toHex(raw), wire: 'psk', own: null, answered: null, outcome: null });
    const question = asked.id;
    await ben.page.untilAsked();

    expect(await ada.page.ask({ type: 'answer', question, marks: [[0, 12]] })).toMatchObject({
      type: 'done',
    });
    await ben.page.ask({ type: 'answer', question, marks: [[0, raw.length]] });
    await ben.page.ask({ type: 'answer', question, marks: [[6, 14]] });
    expect(await ada.page.untilAsked(({ own }) => own !== null)).toMatchObject({
      own: [[0, 12]],
      answered: null,
    });
    expect(await lead.page.untilAsked(({ answered }) => answered === 2)).toMatchObject({ own: null });
    // Nothing of the connection, and nothing of what others marked, has reached her before it is revealed.
    expect(flowsOf(tap)).toEqual([]);

    expect(await lead.page.ask({ type: 'reveal' })).toMatchObject({ type: 'done' });
    const { outcome } = await ada.page.untilAsked((now) => now.outcome !== null);
    expect(outcome).toMatchObject({
      readable: [[0, 12]],
      answers: 2,
      score: { points: 100, hits: 12, misses: 0, falseMarks: 0 },
    });
    expect(outcome?.marked.slice(0, 15)).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1, 1, 0]);
    const bens = await ben.page.untilAsked((now) => now.outcome !== null);
    expect(bens.outcome?.score).toMatchObject({ hits: 6, misses: 6, falseMarks: 2 });
    expect((await cleo.page.untilAsked((now) => now.outcome !== null)).outcome?.score).toBeNull();

    // Now everyone may read the connection, and the log says so.
    await expect.poll(() => recordsIn(tap, flow)[index]?.state, { timeout: 20_000 }).toBe('opened');
    const log = await fetch(`${place.origin}/api/operator/audit?event=class.shared`, {
      headers: { authorization: `Bearer ${workbench.data.operatorToken}` },
    });
    expect(await log.json()).toMatchObject({ entries: [{ detail: `connection ${flow}` }] });
    expect(await ada.page.ask({ type: 'answer', question, marks: [] })).toMatchObject({
      code: 'question_closed',
    });

    expect(await lead.page.ask({ type: 'end-question' })).toMatchObject({ type: 'done' });
    await ada.page.untilNotAsked();
  });

  it('takes a connection that is shared already out of sight until it is revealed or taken away', async () => {
    const { flow, index } = await saying(lead, 'south gate');
    const [dan, late] = [await comesIn('Dan2'), await comesIn('Eli2')];
    await lead.page.ask({ type: 'share', flow, on: true });
    const tap = dan.tap();
    await expect.poll(() => flowsOf(tap)).toContain(flow);
    await lead.page.ask({ type: 'ask', flow, record: index });
    await expect.poll(() => flowsOf(tap)).not.toContain(flow);
    // Whoever comes in now is asked, too, and gets no more.
    const lateTap = late.tap();
    await late.page.untilAsked();
    await expect.poll(() => lateTap.isReady).toBe(true);
    expect(flowsOf(lateTap)).not.toContain(flow);
    await lead.page.ask({ type: 'end-question' });
    await expect.poll(() => flowsOf(tap)).toContain(flow);
    expect(await lead.page.ask({ type: 'reveal' })).toMatchObject({ code: 'question_closed' });
  });

  it('is asked by those who lead, about what everyone may read or what is theirs', async () => {
    const fay = await comesIn('Fay3');
    const { flow, index } = await saying(fay, 'east gate');
    expect(await fay.page.ask({ type: 'ask', flow, record: index })).toMatchObject({ code: 'leaders_only' });
    // The instructor's page is told of newcomers together, a moment later.
    const { id: person } = rowOf(
      await lead.page.until((now) => rowOf(now, 'Fay3') !== undefined),
      'Fay3',
    ) as PersonRow;
    await lead.page.ask({ type: 'open', person });
    // Opened for those who lead, it is still hers.
    expect(await lead.page.ask({ type: 'ask', flow, record: index })).toMatchObject({
      code: 'no_such_record',
    });
    expect(await lead.page.ask({ type: 'ask', flow: 9_999, record: 0 })).toMatchObject({
      code: 'no_such_record',
    });
    await lead.page.ask({ type: 'share', flow, on: true });
    expect(await lead.page.ask({ type: 'ask', flow, record: 9_999 })).toMatchObject({
      code: 'no_such_record',
    });
    expect(await lead.page.ask({ type: 'ask', flow, record: index })).toMatchObject({ type: 'done' });
    await lead.page.ask({ type: 'close', person });
  });

  it('takes no answer from those who lead, to another question, or of other bytes', async () => {
    const gus = await comesIn('Gus4');
    const { flow, index, raw } = await saying(lead, 'west gate');
    await lead.page.ask({ type: 'ask', flow, record: index });
    const { id: question } = await gus.page.untilAsked();
    const marks = [[0, 1]] as const;
    expect(await lead.page.ask({ type: 'answer', question, marks })).toMatchObject({ code: 'students_only' });
    expect(await gus.page.ask({ type: 'answer', question: question + 1, marks })).toMatchObject({
      code: 'question_closed',
    });
    const beyond = [[0, raw.length + 1]] as const;
    expect(await gus.page.ask({ type: 'answer', question, marks: beyond })).toMatchObject({
      code: 'bad_marks',
    });
    // Another question takes its place, with no answers.
    await gus.page.ask({ type: 'answer', question, marks });
    await lead.page.ask({ type: 'ask', flow, record: index });
    const next = await gus.page.untilAsked(({ id }) => id > question);
    expect(next.own).toBeNull();
    expect(await lead.page.untilAsked(({ id }) => id === next.id)).toMatchObject({ answered: 0 });
  });

  it('is not about a record that is too long', async () => {
    const long = '€'.repeat(CLASS_CAPS.questionBytes / 2);
    const { flow, index } = await saying(lead, long);
    expect(await lead.page.ask({ type: 'ask', flow, record: index })).toMatchObject({
      code: 'record_too_long',
    });
  });

  it('counts nobody who was deleted with the class', async () => {
    const hal = await comesIn('Hal5');
    const { flow, index } = await saying(lead, 'the last gate');
    await lead.page.ask({ type: 'ask', flow, record: index });
    const { id: question } = await hal.page.untilAsked();
    await hal.page.ask({ type: 'answer', question, marks: [[0, 1]] });
    await lead.page.untilAsked(({ answered }) => answered === 1);
    expect(await lead.page.ask({ type: 'erase' })).toMatchObject({ type: 'done' });
    await lead.page.untilNotAsked();
  });
});
