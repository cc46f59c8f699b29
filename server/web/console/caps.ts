/** Caps on the console: its links and sessions, and what its stream keeps. Times in milliseconds. */
const MINUTE = 60_000;

export const CONSOLE = {
  /** A link opens the console once, within this time. */
  linkTime: 15 * MINUTE,
  /** Links that have not been used; a further one ends the oldest. */
  links: 16,
  /** A session ends after this time … */
  sessionTime: 12 * 60 * MINUTE,
  /** … or earlier, when nobody has had the console in front of them for this time. */
  idleTime: 60 * MINUTE,
  /** Sessions at a time; a further one ends the one that has been idle for longest. */
  sessions: 16,
  /** Streams at a time. */
  streams: 16,
  /** Samples kept, one a second: the last ten minutes. */
  samples: 600,
  /** Log records kept, and the characters of one that are kept. */
  logRecords: 2_000,
  logRecordLength: 4_096,
  /** Log records in one text of the stream. */
  logBatch: 500,
  /** Milliseconds that log records gather for before they are sent. */
  logDelay: 200,
  /** Bytes that may wait in a socket: until they have been read, its page gets no more. */
  highWater: 1024 * 1024,
} as const;
