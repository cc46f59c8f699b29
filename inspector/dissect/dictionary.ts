/**
 * What is known of a field before any bytes are seen. A dissector reads by these, so the page's notes, the filter's
 * completion, the reference and the Wireshark dissector all come from one place.
 */

export interface FieldSpec {
  readonly name: string;
  /** What it is, why it is there, what it betrays. */
  readonly note: string;
  /** Where it is specified: `RFC 8446 §4.1.2`. */
  readonly source: string;
}

type Entry = string | readonly [note: string, source: string];

/** Specs by name. `source` holds for every entry that does not name a section of its own. */
export function dictionary<const N extends string>(
  source: string,
  entries: Readonly<Record<N, Entry>>,
): Readonly<Record<N, FieldSpec>> {
  const specs = Object.entries<Entry>(entries).map(([name, entry]) => {
    const [note, section] = typeof entry === 'string' ? [entry, source] : entry;
    return [name, { name, note, source: section }] as const;
  });
  return Object.fromEntries(specs) as Record<N, FieldSpec>;
}
