/** The conversation of the chat demo is what the recorded bytes say, on every wire. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import { WIRE_NAMES } from '#protocol/wires';
import { saidOn } from './said-in-recording.ts';

const bytes = readFileSync(new URL('../../recordings/four-wires.pcapng', import.meta.url));
const { events } = readCapture(bytes);
const dissection = new Dissection();
dissection.addAll(events);

it.each(WIRE_NAMES)('finds who said what on the %s wire, as it was stored', (wire) => {
  const log = saidOn(dissection, wire);
  expect(log?.messages.map(({ id, from, own, text, via }) => [id, from, own, text, via])).toEqual([
    [1, 'ana', true, 'Hello Ben, can anyone else read this?', wire],
    [2, 'ben', false, 'Only someone who has the keys.', wire],
    [3, 'ana', true, 'Then let us talk.', wire],
  ]);
  expect(log?.notes.map(({ text }) => text)).toEqual([`ben joined over ${wire}`]);
  const key = wire.includes('psk') ? { id: 'demo', demo: false } : undefined;
  expect(log?.messages.map(({ facts }) => facts?.leg.key)).toEqual([key, key, key]);
});

it('finds nothing without the secrets, where the wire seals what is said', () => {
  const sealed = new Dissection();
  sealed.addAll(events.filter(({ kind }) => kind !== 'secret'));
  expect(WIRE_NAMES.filter((wire) => saidOn(sealed, wire))).toEqual(['plain']);
});
