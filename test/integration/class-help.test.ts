/** Help in a class: a student asks, and only those who lead see who does. */
import { describe, expect, it } from 'vitest';
import type { ClassState } from '#dissect/page-class';
import { comesBack, comesIn, lead, rowOf, useClass } from '../support/servers/one-class.ts';

useClass();

const asks = (name: string, on: boolean) => (state: ClassState) => {
  const row = rowOf(state, name);
  return row !== undefined && (row.help !== undefined) === on;
};

describe('a student who asks for help', () => {
  it('is seen by those who lead, and by nobody else, until the instructor answers', async () => {
    const [ada, ben] = [await comesIn('Ada1'), await comesIn('Ben1')];
    const before = Date.now();
    expect(await ada.page.ask({ type: 'help', on: true })).toMatchObject({ type: 'done' });
    const { help } = await ada.page.until((state) => state.help !== null);
    expect(help).toBeGreaterThanOrEqual(before);
    const seen = await lead.page.until(asks('Ada1', true));
    expect(rowOf(seen, 'Ada1')?.help).toBe(help);
    expect(rowOf(seen, 'Ben1')?.help).toBeUndefined();
    const others = await ben.page.until(({ joined }) => joined === 2);
    expect([others.help, others.lead]).toEqual([null, null]);
    expect(JSON.stringify(others)).not.toContain('Ada1');

    const { id } = rowOf(seen, 'Ada1') ?? { id: -1 };
    expect(await ben.page.ask({ type: 'answer-help', person: id })).toMatchObject({ code: 'leaders_only' });
    expect(await lead.page.ask({ type: 'answer-help', person: id })).toMatchObject({ type: 'done' });
    await ada.page.until((state) => state.help === null);
    expect(await lead.page.ask({ type: 'answer-help', person: id })).toMatchObject({ code: 'not_asking' });
  });

  it('can take it back', async () => {
    const cleo = await comesIn('Cleo2');
    await cleo.page.ask({ type: 'help', on: true });
    await lead.page.until(asks('Cleo2', true));
    expect(await cleo.page.ask({ type: 'help', on: false })).toMatchObject({ type: 'done' });
    await lead.page.until(asks('Cleo2', false));
    expect((await cleo.page.until((state) => state.help === null)).help).toBeNull();
  });

  it('no longer asks once removed, also when let in again', async () => {
    const dan = await comesIn('Dan3');
    await dan.page.ask({ type: 'help', on: true });
    const seen = await lead.page.until(asks('Dan3', true));
    const { id } = rowOf(seen, 'Dan3') ?? { id: -1 };
    await lead.page.ask({ type: 'remove', person: id });
    await lead.page.until(asks('Dan3', false));
    await dan.page.closed;
    await lead.page.ask({ type: 'readmit', person: id });
    const again = comesBack(dan);
    expect((await again.page.until(() => true)).help).toBeNull();
  });

  it('is never the instructor', async () => {
    expect(await lead.page.ask({ type: 'help', on: true })).toMatchObject({ code: 'not_asking' });
  });
});
