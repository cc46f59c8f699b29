/** What a worker is asked, and its answer: a whole dissection, as text that can be compared. */
import { toHex } from '#protocol/bytes';
import { Dissection } from '#dissect/index';
import { type StreamedEvent, fromStreamed } from '#dissect/page-stream';

/** Everything that the dissection makes of these events: flows, records with all fields, key schedules. */
export function dissectAll(events: readonly StreamedEvent[]): string {
  const dissection = new Dissection();
  dissection.addAll(events.map(fromStreamed));
  const { flows } = dissection;
  const schedules = flows.map(({ id }) => dissection.keySchedule(id));
  const shown = { flows, records: dissection.allRecords(), schedules };
  return JSON.stringify(shown, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
}
