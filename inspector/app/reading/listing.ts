/** The list that the page shows: the records of some wires, sifted by a filter, and what of it the page has already. */
import type { CompilePattern } from '#dissect/filter/index';
import type { FlowSummary, WireRecord } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import { NO_FILTER, type FlowOf, hasChips, passes, readSearch, type RecordTest } from '../model/filter.ts';
import { Progress } from '../model/progress.ts';
import { mergedLists, sharedLength } from './merge.ts';
import type { ListState, Query } from './exchange.ts';
import { RowPacker } from './rows.ts';
import { Sieve } from './sieve.ts';

/** Where the records come from. */
export interface ListedRecords {
  /** By the time of their completion; the same array until one of them changes. */
  records(wire: WireName): readonly WireRecord[];
  wireOf(flow: number): WireName | undefined;
  flow(id: number): FlowSummary | undefined;
}

type Question = (record: WireRecord) => boolean;

export class Listing {
  readonly #log: ListedRecords;
  readonly #isMine: RecordTest;
  readonly #sieve = new Sieve();
  readonly #progress = new Progress();
  readonly #packer = new RowPacker();
  #query: Query = { wires: [], filter: NO_FILTER };
  #number = 0;
  #compilePattern: CompilePattern | undefined;
  /** Absent where all records match. */
  #question: Question | undefined;
  #lists: readonly (readonly WireRecord[])[] = [];
  #all: readonly WireRecord[] = [];
  /** What the page has. */
  #sent: readonly WireRecord[] = [];
  #told: ListState | undefined;
  /** Summaries of connections, each built once between two readings. */
  #flows = new Map<number, FlowSummary | undefined>();

  /** `isMine` recognises what the page has sent. */
  constructor(log: ListedRecords, isMine: RecordTest) {
    this.#log = log;
    this.#isMine = isMine;
  }

  get number(): number {
    return this.#number;
  }

  get query(): Query {
    return this.#query;
  }

  /** What the list shows. */
  get shown(): readonly WireRecord[] {
    return this.#question ? this.#sieve.found : this.#all;
  }

  /** Whether the question needs the engine for regular expressions, which is not here yet. */
  get needsPatterns(): boolean {
    return readSearch(this.#query.filter.search, this.#compilePattern).kind === 'loading';
  }

  usePatterns(compile: CompilePattern): void {
    this.#compilePattern = compile;
    this.ask(this.#number, this.#query);
  }

  /** Takes another question. A text that is no valid filter leaves the last one in force. */
  ask(number: number, query: Query): void {
    this.#number = number;
    this.#query = query;
    const search = readSearch(query.filter.search, this.#compilePattern);
    if (search.kind === 'fault' || search.kind === 'loading') return;
    const { filter } = query;
    const isOpen = search.kind === 'words' && search.words === '' && !hasChips(filter);
    this.#question = isOpen ? undefined : this.#questionOf(query, search.fits);
    if (this.#question) this.#sieve.ask(this.#question);
  }

  /** Takes what was read since. Returns whether there is something to test. */
  refresh(): boolean {
    const lists = this.#query.wires.map((wire) => this.#log.records(wire));
    if (lists.length !== this.#lists.length || lists.some((list, place) => list !== this.#lists[place])) {
      this.#all = mergedLists(lists, this.#lists, this.#all);
      this.#lists = lists;
    }
    this.#flows = new Map();
    this.#sieve.over(this.#question ? this.#all : []);
    return this.#sieve.left > 0;
  }

  /** Tests records until `enough` returns true or nothing is left. Returns whether there is more. */
  sift(enough: () => boolean): boolean {
    this.#sieve.readOn(enough);
    return this.#sieve.left > 0;
  }

  /** What the page does not have yet; `undefined` if it has everything. `now` in milliseconds. */
  news(now: number): ListState | undefined {
    const { shown } = this;
    const same = sharedLength(this.#sent, shown);
    const isSame = same === shown.length && same === this.#sent.length;
    const state: ListState = {
      number: this.#number,
      rows: isSame ? undefined : this.#packer.pack(shown, same, (flow) => this.#log.wireOf(flow) ?? 'plain'),
      total: this.#all.length,
      newest: this.#all.at(-1)?.time ?? -Infinity,
      searching: this.#sieve.left > 0,
      share: this.#progress.at(this.#sieve.left, now),
      titles: this.#titles(shown),
    };
    this.#sent = shown;
    if (isSame && this.#told && isEqual(this.#told, state)) return undefined;
    this.#told = state;
    return state;
  }

  #titles(shown: readonly WireRecord[]): readonly string[] {
    if (shown.length > 0 || this.#sieve.left > 0) return [];
    return [...new Set(this.#all.map(({ title }) => title))];
  }

  #questionOf({ filter }: Query, fits: RecordTest): Question {
    const flowOf: FlowOf = (id) => this.#flow(id);
    return (record) => passes(record, filter, this.#isMine, flowOf) && fits(record, flowOf);
  }

  #flow(id: number): FlowSummary | undefined {
    if (!this.#flows.has(id)) this.#flows.set(id, this.#log.flow(id));
    return this.#flows.get(id);
  }
}

function isEqual(a: ListState, b: ListState): boolean {
  return (
    a.number === b.number &&
    a.total === b.total &&
    a.newest === b.newest &&
    a.searching === b.searching &&
    a.share === b.share
  );
}
