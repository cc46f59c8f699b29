/**
 * Lab 14: what encryption does not hide. You need no key here, and no module.
 */

export type Wire = 'plain' | 'psk' | 'tls' | 'tls+psk';

/**
 * How many bytes cross the wire for one frame with a payload of this many bytes (1 to 16,000), as one record. Find the
 * numbers in the inspector: say the same on each wire and compare. psk means aes-256-gcm, tls means TLS 1.3.
 */
export function recordLength(wire: Wire, payload: number): number {
  return payload;
}

/** A record of which Eve knows what was said in it. */
export interface Sample {
  text: string;
  length: number;
}

/**
 * Which of the texts can be in a record of this length, in the order of the list. The record and the sample are say
 * messages of the same client on the same wire: JSON in UTF-8, and the same but for the text.
 */
export function guessText(length: number, sample: Sample, texts: string[]): string[] {
  return texts;
}

/** The text in UTF-8, then the byte 80 (hex), then zeros up to the next multiple of `block` bytes. */
export function pad(text: string, block: number): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text again. Throws when the bytes were not made by pad. */
export function unpad(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/**
 * What it costs to pad these texts, and what it gives.
 * factor: all bytes after padding, divided by all bytes of the texts in UTF-8.
 * lengths: how many different lengths Eve still sees.
 */
export function priceOfPadding(texts: string[], block: number): { factor: number; lengths: number } {
  return { factor: 1, lengths: texts.length };
}

/** A record that Eve has seen pass. */
export interface Seen {
  /** Milliseconds. The list is in this order. */
  time: number;
  /** Whose connection it was. */
  client: string;
  direction: 'c2s' | 's2c';
}

/**
 * With whom this client talks: the one to whom the server most often sends something within `window` milliseconds after
 * a record of this client. Each record of the client counts once for each other client. undefined when there is nobody.
 */
export function partnerOf(seen: Seen[], client: string, window: number): string | undefined {
  return undefined;
}
