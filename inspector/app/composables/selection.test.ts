import { describe, expect, it } from 'vitest';
import { computed, nextTick, ref, shallowRef } from 'vue';
import type { WireRecord } from '#dissect/model';
import { type RecordKey, sameKey } from '../reading/rows.ts';
import { TrafficReader } from '../reading/traffic-reader.ts';
import { rowsOf } from '../../../test/support/dissection/rows.ts';
import { newsOf } from '../../../test/support/dissection/news.ts';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { useSelection } from './selection.ts';

function setup() {
  const reader = new TrafficReader();
  const { log } = reader;
  const records = shallowRef<readonly WireRecord[]>([]);
  const latest = shallowRef<RecordKey>();
  const chosen = ref<RecordKey>();
  const since = ref(-Infinity);
  const settled = ref(true);
  const say = (flow: number, text: string): void => {
    const ack = { type: 'ack', id: flow, room: 'lobby', ts: 0 } as const;
    const lines = [
      { dir: 'c2s', message: { type: 'say', text } },
      { dir: 's2c', message: ack },
    ] as const;
    reader.add(traffic({ flow, wire: 'plain', lines, start: flow * 1000 }));
    reader.readOn(() => false);
    records.value = log.records('plain');
    latest.value = newsOf(records.value)?.record;
  };
  const choose = (record: RecordKey | undefined) => (chosen.value = record);
  const rows = computed(() => rowsOf(records.value));
  const newestTime = computed(() => records.value.at(-1)?.time ?? -Infinity);
  const selection = useSelection({ rows, newestTime, latest, since, settled, chosen, choose });
  return { records, latest, since, settled, say, chosen, ...selection };
}

describe('the selection', () => {
  it('follows the last message, not the last record', () => {
    const { say, selected, following } = setup();
    expect(selected.value).toBeUndefined();
    say(1, 'one');
    expect(selected.value).toMatchObject({ title: 'say', flow: 1 });
    say(2, 'two');
    expect(selected.value).toMatchObject({ title: 'say', flow: 2 });
    expect(following.value).toBe(true);
  });

  it('stays where the person put it, and counts newer records', async () => {
    const { say, selected, select, records, newer, follow, following } = setup();
    say(1, 'one');
    select(records.value[1]!);
    await nextTick();
    say(2, 'two');
    expect(selected.value).toMatchObject({ title: 'ack', flow: 1 });
    expect(newer.value).toBe(2);
    follow();
    expect(following.value).toBe(true);
    expect(selected.value).toMatchObject({ title: 'say', flow: 2 });
    expect(newer.value).toBe(0);
  });

  it('does not count records as newer that are from before the stream, however late they come', async () => {
    const { say, records, chosen, since, newer } = setup();
    since.value = 3_000;
    say(1, 'one');
    const [first] = records.value as [WireRecord];
    chosen.value = { flow: first.flow, index: first.index };
    await nextTick();
    say(2, 'two');
    await nextTick();
    expect(newer.value).toBe(0);
    say(4, 'four');
    await nextTick();
    expect(newer.value).toBe(2);
  });

  it('counts later records as newer, but not those that are read late or that a filter brings back', async () => {
    const { say, records, chosen, settled, newer } = setup();
    settled.value = false;
    chosen.value = { flow: 1, index: 1 };
    say(1, 'one');
    say(2, 'two');
    await nextTick();
    settled.value = true;
    await nextTick();
    expect(newer.value).toBe(0);
    const all = records.value;
    records.value = [];
    await nextTick();
    records.value = all;
    await nextTick();
    expect(newer.value).toBe(0);
    say(3, 'three');
    expect(newer.value).toBe(2);
  });

  it('waits while the list is being built, and keeps a record that is in it', () => {
    const { say, selected, records, latest, settled } = setup();
    say(1, 'one');
    const all = records.value;
    expect(sameKey(selected.value, all[0])).toBe(true);
    settled.value = false;
    latest.value = undefined;
    expect(sameKey(selected.value, all[0])).toBe(true);
    records.value = [];
    expect(selected.value).toBeUndefined();
    records.value = all;
    expect(selected.value).toBeUndefined();
    settled.value = true;
    expect(sameKey(selected.value, all[1])).toBe(true);
  });

  it('follows again when the person chooses the newest', () => {
    const { say, select, records, chosen } = setup();
    say(1, 'one');
    select(records.value[1]!);
    expect(chosen.value).toEqual({ flow: 1, index: 1 });
    select(records.value[0]!);
    expect(chosen.value).toBeUndefined();
  });

  it('falls back to the last record of a list without the message', () => {
    const { say, selected, records } = setup();
    say(1, 'one');
    records.value = records.value.filter(({ dir }) => dir === 's2c');
    expect(selected.value?.title).toBe('ack');
  });

  it('is empty when the tap has dropped the chosen record', () => {
    const { say, selected, chosen } = setup();
    say(1, 'one');
    chosen.value = { flow: 99, index: 0 };
    expect(selected.value).toBeUndefined();
  });
});
