/** What seals the records of one direction under one key. Each method has a file of its own in this folder. */

export const RECORD_HEADER_LENGTH = 5;

/** The parts of a sealed record after the header: sent along, ciphertext, tag. Lengths in bytes. */
export interface SealedParts {
  /** Bytes sent along before the ciphertext: part of a nonce (GCM, CCM), or an iv (CBC). */
  readonly along: number;
  /** Authentication tag, or MAC, in the clear after the ciphertext. */
  readonly tag: number;
  /** MAC sealed after the content, before the padding (CBC, MAC-then-encrypt). */
  readonly innerMac: number;
  /** The ciphertext is made of blocks: its last bytes are padding, which states its own length. */
  readonly blocks: boolean;
  /** Nothing is encrypted: anyone can read the content, and `tag` only reveals changes (the NULL suites). */
  readonly clear?: boolean;
}

export interface Protection {
  readonly parts: SealedParts;
  /**
   * The content of a whole record (header included) if it is authentic at this position in its direction (0 is the
   * first record under the key). In TLS 1.3 the content type and padding are still at its end.
   */
  open(sequence: number, record: Uint8Array): Uint8Array | undefined;
}

/** For records whose parts are unknown. */
export const UNKNOWN_PARTS: SealedParts = { along: 0, tag: 0, innerMac: 0, blocks: false };
