/** What the reader has, as a file. */
import { writePcapng } from '#dissect/capture/write';
import type { TapEvent, WireRecord } from '#dissect/model';
import { utf8 } from '#protocol/bytes';
import { type Mark, commentOf } from '../model/marks.ts';
import { recipeFor } from '#dissect/recipes/cyberchef';
import { sessionPage } from '../captures/session-page.ts';
import type { ExportForm, Exported } from './exchange.ts';
import type { RecordKey } from './rows.ts';
import type { TrafficReader } from './traffic-reader.ts';

interface Wanted {
  readonly form: ExportForm;
  readonly listed: boolean;
  readonly marks: readonly Mark[];
  readonly title: string;
}

interface Source {
  /** Those that are wanted. */
  readonly records: readonly WireRecord[];
  readonly reader: TrafficReader;
}

type Outcome = { readonly file: Uint8Array<ArrayBuffer> } | { readonly fault: string };

/** A capture and a key log have whole connections: those that the records are of. */
export function exported({ form, listed, marks, title }: Wanted, { records, reader }: Source): Outcome {
  const flows = listed ? new Set(records.map(({ flow }) => flow)) : undefined;
  if (form === 'keys') {
    const lines = reader.events(flows).flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
    if (lines.length > 0) return { file: bytesOf(`${lines.join('\n')}\n`) };
    return { fault: reader.keys ? 'There is no key for these connections.' : 'Eve has no keys.' };
  }
  if (records.length === 0) return { fault: 'There is no record to export.' };
  if (form === 'html') {
    const page = sessionPage(records, { marks, title, keys: reader.keys, flow: (id) => reader.log.flow(id) });
    return 'html' in page ? { file: bytesOf(page.html) } : page;
  }
  const file = writePcapng(reader.events(flows), {
    keys: reader.keys,
    commentOf: commentsFrom(marks, reader),
  });
  return { file: new Uint8Array(file) };
}

/** What the page is told. */
export function answer(number: number, outcome: Outcome): Exported {
  return { type: 'exported', number, file: undefined, fault: '', ...outcome };
}

/** How CyberChef decrypts a record again. */
export function recipe(key: RecordKey, reader: TrafficReader): Outcome {
  const record = reader.log.record(key);
  if (!record) return { fault: 'This record is not here any more.' };
  const made = recipeFor(record, reader.events(new Set([key.flow])));
  return 'text' in made ? { file: bytesOf(made.text) } : made;
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(utf8(text));

/** The marks of the records that an event completes. */
function commentsFrom(marks: readonly Mark[], { log }: TrafficReader) {
  const byPlace = new Map<string, Mark[]>();
  for (const mark of marks) {
    const record = log.record(mark);
    if (!record || record.time !== mark.time) continue;
    const place = `${record.flow} ${record.dir} ${record.time}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), mark]);
  }
  return (event: TapEvent): string | undefined => {
    if (event.kind !== 'chunk') return undefined;
    const place = `${event.flow} ${event.dir} ${event.time}`;
    const found = byPlace.get(place);
    // Several events may have happened at the same time: the first of them has the comment.
    byPlace.delete(place);
    return found && commentOf(found);
  };
}
