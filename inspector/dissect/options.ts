/** How a dissection works. */
import { pureRecordCiphers } from './crypto/pure.ts';
import type { RecordCiphers } from './crypto/record-ciphers.ts';

export interface DissectionOptions {
  /** False for what an eavesdropper sees. Default true. */
  readonly keys?: boolean;
  /** Where the ciphers come from. Default: the pure ones, which run anywhere. */
  readonly ciphers?: RecordCiphers;
  /**
   * Bytes kept of all flows together; what comes after them is not taken in and is counted as cut. Default 512
   * MiB.
   */
  readonly maxBytes?: number;
  /**
   * True for a source that can be read again, such as a file: nothing is ever cut. Beyond `maxBytes`, what was
   * read is dropped, so the caller must `take` records while events come in. A secret may then come too late
   * for a flow; `outdated` names that flow.
   */
  readonly streamed?: boolean;
  /**
   * True where long work must not hold up anything else. Then only `readOn` reads, as much at a time as its
   * caller has time for, and records and summaries tell what has been read so far. Default false: whatever is
   * asked for is read.
   */
  readonly paced?: boolean;
}

export const DEFAULTS: Required<DissectionOptions> = {
  keys: true,
  ciphers: pureRecordCiphers,
  maxBytes: 512 * 1024 * 1024,
  streamed: false,
  paced: false,
};
