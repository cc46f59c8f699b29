/** What the reader tells only when it is asked: figures, and files that it makes. */
import { shallowReadonly, shallowRef } from 'vue';
import { showUtf8 } from '#protocol/bytes';
import type { Mark } from '../model/marks.ts';
import type {
  Exported,
  ExportForm,
  Given,
  Noted,
  Overheard,
  Recent,
  Surveyed,
  ToReader,
} from '../reading/exchange.ts';
import type { RecordKey } from '../reading/rows.ts';

export function useAnswers(post: (message: ToReader) => void) {
  const recent = shallowRef<Recent['records']>([]);
  const overheard = shallowRef<Overheard['wires']>([]);
  const surveyed = shallowRef<Surveyed>();
  const given = shallowRef<Given>();
  const notes = shallowRef<readonly Mark[]>([]);
  const exports = new Exports();
  return {
    hear: (message: Overheard | Recent | Surveyed | Given | Noted | Exported): void => {
      if (message.type === 'recent') recent.value = message.records;
      else if (message.type === 'overheard') overheard.value = message.wires;
      else if (message.type === 'surveyed') surveyed.value = message;
      else if (message.type === 'given') given.value = message;
      else if (message.type === 'noted') notes.value = message.marks;
      else exports.take(message);
    },
    told: {
      /** The newest records of every wire when they were last asked for. */
      recent: shallowReadonly(recent),
      askRecent: () => post({ type: 'recent' }),
      /** What was said in the class's room when it was last asked for. */
      overheard: shallowReadonly(overheard),
      askOverheard: (name: string) => post({ type: 'overhear', name }),
      /** What the pictures are drawn from, when it was last asked for. */
      surveyed: shallowReadonly(surveyed),
      /** `flow`: the connection whose key schedule is wanted. */
      askSurvey: (flow: number | undefined) => post({ type: 'survey', flow }),
      /** What has become of the files that were given. */
      given: shallowReadonly(given),
      /** The comments of a capture, as marks. */
      notes: shallowReadonly(notes),
      /** Rejects with a sentence for the person when there is no such file. */
      exportFile: (wanted: ExportWanted) =>
        exports.ask((number) => post({ type: 'export', number, ...wanted })),
      /** Rejects with a sentence for the person when there is no recipe. */
      recipeOf: async (key: RecordKey): Promise<string> =>
        showUtf8(await exports.ask((number) => post({ type: 'recipe', number, key }))),
    },
  };
}

export interface ExportWanted {
  readonly form: ExportForm;
  /** What the list shows, and not everything. */
  readonly listed: boolean;
  readonly marks: readonly Mark[];
  /** Where it comes from. */
  readonly title: string;
}

/** Files that are asked for, until they come. */
class Exports {
  readonly #waiting = new Map<number, (exported: Exported) => void>();
  #number = 0;

  async ask(post: (number: number) => void): Promise<Uint8Array<ArrayBuffer>> {
    const number = ++this.#number;
    const { file, fault } = await new Promise<Exported>((resolve) => {
      this.#waiting.set(number, resolve);
      post(number);
    });
    if (!file) throw new Error(fault);
    return file;
  }

  take(exported: Exported): void {
    this.#waiting.get(exported.number)?.(exported);
    this.#waiting.delete(exported.number);
  }
}
