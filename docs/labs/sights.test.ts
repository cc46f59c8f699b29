/** What the labs' pages show: a demo for each, whose list is not empty once the reader has sent its text. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { suiteByName } from '#channel/psk/suites';
import { readCapture } from '#dissect/capture/read';
import { pureRecordCiphers } from '#dissect/crypto/pure';
import { compileFilter } from '#dissect/filter/index';
import { compilePattern } from '#dissect/filter/pattern';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { LESSONS } from '#labs/lessons';
import { WIRE_NAMES } from '#protocol/wires';
import { PageWorld } from '../demos/in-page/world.ts';
import { SIGHTS, type Sight } from './sights.ts';
import labPages from './[lab].paths.ts';

it('there is one for each lab', () => {
  expect(Object.keys(SIGHTS)).toEqual(LESSONS.map(({ name }) => name));
});

describe.each(Object.entries(SIGHTS))('the page of %s', (name, { demo }) => {
  it('has its demo between the story and the questions', () => {
    const page = labPages.paths().find(({ params }) => params.lab === name);
    expect(page?.content.match(/^## (See it in this page|Questions)$/gm)).toEqual([
      '## See it in this page',
      '## Questions',
    ]);
  });

  it('shows records in it', () => {
    const filter = compileFilter(demo.filter ?? '', compilePattern);
    if (!filter.ok) throw new Error(`the filter ${demo.filter ?? ''} is none`);
    const dissection = new Dissection({ keys: demo.eve !== true, ciphers: pureRecordCiphers });
    dissection.addAll(eventsOf(demo));
    const flows = new Map(dissection.flows.map((flow) => [flow.id, flow]));
    const shown = dissection.allRecords().filter((record) => {
      const flow = flows.get(record.flow);
      return flow !== undefined && filter.matches(record, flow);
    });
    expect(shown.length).toBeGreaterThan(1);
  });
});

/** What the demo has once its text was sent. */
function eventsOf(demo: Sight['demo']): readonly TapEvent[] {
  if ('recording' in demo) {
    const file = new URL(`../recordings/${demo.recording}.pcapng`, import.meta.url);
    return readCapture(readFileSync(file)).events;
  }
  const wire = WIRE_NAMES.find((each) => each === demo.wires);
  if (!wire) throw new Error(`there is no wire ${demo.wires}`);
  const events: TapEvent[] = [];
  let time = Date.UTC(2026, 0, 1);
  const world = new PageWorld({
    wire,
    suite: suiteByName(demo.suite ?? 'aes-256-gcm'),
    now: () => time++,
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    onEvent: (event) => events.push(event),
  });
  world.say(demo.say);
  world.say(demo.say);
  return events;
}
