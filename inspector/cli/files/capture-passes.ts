/** The events of a capture, piece by piece, as often as it is read. */
import { captureReader } from '#dissect/capture/reader';
import type { TapEvent } from '#dissect/model';
import type { Watch } from '../output/progress.ts';

/** The events of each chunk of the file. The file was read before, so its faults are not reported again. */
export function* eventsAgain(chunks: Iterable<Uint8Array>, progress: Watch): Generator<readonly TapEvent[]> {
  let events: TapEvent[] = [];
  const reader = captureReader((event) => events.push(event));
  try {
    for (const chunk of chunks) {
      reader.push(chunk);
      yield events;
      events = [];
      progress.update(reader.progress.bytes, reader.progress.packets);
    }
    reader.finish();
    yield events;
  } finally {
    // The reader may stop before the end.
    progress.clear();
  }
}
