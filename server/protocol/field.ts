/** A named byte range with its meaning: what the decoder, the inspector and the reference page all show. */
export interface Field {
  readonly name: string;
  /** As a person would write it; numbers stay numbers so that filters can compare them. */
  readonly value: string | number | boolean | null;
  /** The number on the wire, where `value` is its name. Filters compare either. */
  readonly number?: number;
  /** First byte, relative to the buffer the field was read from. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
  /** What it is, why it is there, what it betrays. */
  readonly note: string;
  /** Where it is specified, for example `RFC 8446 §5.1`. */
  readonly source?: string;
  /** Set when the bytes do not parse; `value` then holds the reason. */
  readonly malformed?: true;
  /** Set when anyone who knows the value can use it to be somebody else: a password, a token, a code. */
  readonly secret?: true;
  readonly children?: readonly Field[];
}
