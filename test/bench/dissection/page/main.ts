/** Opens the capture that the bench serves, with the pure ciphers, and puts the outcome where the bench looks for it. */
import { captureReader } from '#dissect/capture/reader';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';

export interface BrowserOutcome {
  readonly seconds: number;
  readonly opened: number;
}

async function measure(): Promise<BrowserOutcome> {
  const bytes = new Uint8Array(await (await fetch('/capture')).arrayBuffer());
  const begun = performance.now();
  const events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  reader.push(bytes);
  reader.finish();
  const dissection = new Dissection();
  dissection.addAll(events);
  const opened = dissection.allRecords().filter(({ state }) => state === 'opened').length;
  return { seconds: (performance.now() - begun) / 1000, opened };
}

Object.assign(globalThis, { measure });
