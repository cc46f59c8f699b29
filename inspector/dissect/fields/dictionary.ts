/**
 * What is known about a field before any bytes are seen. Dissectors read by these specs, so the page's notes,
 * the filter's completion, the reference and the Wireshark dissector all come from one place.
 */
import type { Field } from '#protocol/field';

/** What a field's value is compared with: a number (its name counts too), a text, or bytes in hex. */
export type FieldKind = 'number' | 'text' | 'bytes';

export interface FieldSpec {
  readonly name: string;
  /** What it is, why it is there, what it betrays. */
  readonly note: string;
  /** Where it is specified: `RFC 8446 §4.1.2`. */
  readonly source: string;
  readonly kind: FieldKind;
  /** What may be inside it. */
  readonly fields?: Dictionary;
}

export type Dictionary = Readonly<Record<string, FieldSpec>>;

/** A spec that gets its name from its place in a dictionary, and its source from there unless it has one. */
export interface Entry {
  readonly kind: FieldKind;
  readonly note: string;
  readonly source?: string | undefined;
  readonly fields?: Entries;
}

export type Entries = Readonly<Record<string, Entry>>;

/** The specs that entries become: the same tree, with names and sources. */
export type DictionaryOf<E extends Entries> = { readonly [N in keyof E & string]: SpecOf<E[N]> };
type SpecOf<E extends Entry> = E extends { readonly fields: infer C extends Entries }
  ? FieldSpec & { readonly fields: DictionaryOf<C> }
  : FieldSpec;

export function number(note: string, source?: string): Entry & { readonly fields?: never } {
  return { kind: 'number', note, source };
}

export function text(note: string, source?: string): Entry & { readonly fields?: never } {
  return { kind: 'text', note, source };
}

export function bytes(note: string, source?: string): Entry & { readonly fields?: never } {
  return { kind: 'bytes', note, source };
}

/** A part made of others; its own value sums them up. */
export function group<const E extends Entries>(
  note: string,
  fields: E,
  source?: string,
): { readonly kind: 'text'; readonly note: string; readonly source: string | undefined; readonly fields: E } {
  return { kind: 'text', note, source, fields };
}

/**
 * Specs by name. `source` holds for every entry, however deep, that neither has one nor is inside one that has.
 */
export function dictionary<const E extends Entries>(source: string, entries: E): DictionaryOf<E> {
  const specs = Object.entries<Entry>(entries).map(([name, entry]) => [name, specOf(name, entry, source)]);
  return Object.fromEntries(specs) as DictionaryOf<E>;
}

function specOf(name: string, { kind, note, source, fields }: Entry, inherited: string): FieldSpec {
  const spec = { name, note, source: source ?? inherited, kind };
  return fields ? { ...spec, fields: dictionary(spec.source, fields) } : spec;
}

type Extras = Pick<Field, 'number' | 'children'>;

/** A field of this spec, from `start` to before `end`. */
export function fieldOf(
  { name, note, source }: FieldSpec,
  value: Field['value'],
  [start, end]: readonly [start: number, end: number],
  { number: wireNumber, children }: { readonly [K in keyof Extras]?: Extras[K] | undefined } = {},
): Field {
  // In the order in which a reader of JSON sees them; spelt out, because a long capture has millions.
  const field =
    wireNumber === undefined
      ? { name, value, start, end, note, source }
      : { name, value, number: wireNumber, start, end, note, source };
  return children === undefined || children.length === 0 ? field : { ...field, children };
}

/** The field that says why bytes cannot be read from here on. It may occur anywhere. */
export function faultField(reason: string, [start, end]: readonly [number, number], source: string): Field {
  const note = 'From here on the bytes cannot be read.';
  return { name: 'fault', value: reason, start, end, note, source, malformed: true };
}
