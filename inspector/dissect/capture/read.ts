/** Reads a capture file that is at hand as a whole. For large files see `captureReader`. */
import { readKeyLog } from './key-log.ts';
import { captureReader } from './reader.ts';
import type { CaptureReport } from './report.ts';
import type { TapEvent } from '../model.ts';
import { CaptureError } from '../pcap/source.ts';

export { CaptureError };

export interface ReadCapture extends CaptureReport {
  readonly events: TapEvent[];
}

/**
 * Events of a whole capture file. Throws `CaptureError` when the bytes are not a capture; mere damage gives a
 * warning.
 */
export function readCapture(bytes: Uint8Array): ReadCapture {
  const events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  reader.push(bytes);
  return { events, ...reader.finish() };
}

/** Lines of a key log as events; comments and blank lines are left out. `readKeyLog` also says which are odd. */
export function secretEvents(text: string, time: number): TapEvent[] {
  return readKeyLog(text, time).events;
}
