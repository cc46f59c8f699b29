/** What seals the records of one direction under one key. Each way of doing it has a file of its own in this folder. */

export const RECORD_HEADER_LENGTH = 5;

/** Where the parts of a sealed record stand, from the header on: sent along, ciphertext, tag. Lengths in bytes. */
export interface SealedParts {
  /** What is sent along before the ciphertext: half a nonce (GCM, CCM), or an iv (CBC). */
  readonly along: number;
  /** Authentication tag, or MAC, that stands in the clear behind the ciphertext. */
  readonly tag: number;
  /** MAC that stands sealed behind the content, before the padding (CBC, MAC-then-encrypt). */
  readonly innerMac: number;
  /** The ciphertext is made of blocks: its last bytes are padding, which says its own length. */
  readonly blocks: boolean;
  /** Nothing is encrypted: the content stands there for everybody, and `tag` only shows changes (the NULL suites). */
  readonly clear?: boolean;
}

export interface Protection {
  readonly parts: SealedParts;
  /**
   * Content of a whole record, header included, when it is authentic at this place in its direction (0 is the first
   * record under the key). In TLS 1.3 the content type and padding are still at its end.
   */
  open(sequence: number, record: Uint8Array): Uint8Array | undefined;
}

/** Nothing is known of the parts. */
export const UNKNOWN_PARTS: SealedParts = { along: 0, tag: 0, innerMac: 0, blocks: false };
