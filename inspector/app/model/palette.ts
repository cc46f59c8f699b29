/** What the palette finds: everything has a title, a few more words, and a place to go or something to do. */
import MiniSearch from 'minisearch';

export const KINDS = ['View', 'Action', 'Record', 'Page of the docs', 'Field'] as const;
export type Kind = (typeof KINDS)[number];

export interface Entry {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly note: string;
  /** More words by which it is found. */
  readonly words?: string;
  /** An address of the workbench; one of the docs; something to do. */
  readonly target: { readonly to: string } | { readonly href: string } | { readonly run: () => void };
}

export interface Group {
  readonly kind: Kind;
  readonly entries: readonly Entry[];
}

/** Rows of one kind; a person who wants another types more. */
const SHOWN: Readonly<Record<Kind, number>> = {
  View: 6,
  Action: 8,
  Record: 6,
  'Page of the docs': 8,
  Field: 6,
};

/** There are thousands of fields, and five views. */
const WEIGHT: Readonly<Record<Kind, number>> = {
  View: 4,
  Action: 3,
  Record: 1,
  'Page of the docs': 2,
  Field: 1,
};

/** Names of fields have dots and underscores, names of keys dashes: each part is a word. */
const WORDS = /[^\p{L}\p{N}]+/u;

export class Palette {
  readonly #entries = new Map<string, Entry>();
  readonly #index = new MiniSearch<Entry>({
    fields: ['title', 'words', 'note'],
    tokenize: (text) => text.split(WORDS).filter((word) => word !== ''),
    searchOptions: {
      boost: { title: 4, words: 2 },
      prefix: true,
      fuzzy: (term) => (term.length > 5 ? 0.2 : false),
      combineWith: 'AND',
      boostDocument: (id) => WEIGHT[this.#entries.get(String(id))?.kind ?? 'Field'],
    },
  });

  add(entries: readonly Entry[]): void {
    const fresh = entries.filter(({ id }) => !this.#entries.has(id));
    for (const entry of fresh) this.#entries.set(entry.id, entry);
    this.#index.addAll(fresh);
  }

  /** What fits a text, by kind: the kind with the best match first. Without a text, views and actions. */
  find(text: string): Group[] {
    if (text.trim() === '') return this.#grouped([...this.#entries.values()].filter(isOffered));
    const found = this.#index.search(text).flatMap(({ id }) => this.#entries.get(String(id)) ?? []);
    return this.#grouped(found);
  }

  #grouped(entries: readonly Entry[]): Group[] {
    const kinds = [...new Set(entries.map(({ kind }) => kind))];
    return kinds.map((kind) => ({
      kind,
      entries: entries.filter((entry) => entry.kind === kind).slice(0, SHOWN[kind]),
    }));
  }
}

function isOffered({ kind }: Entry): boolean {
  return kind === 'View' || kind === 'Action';
}
