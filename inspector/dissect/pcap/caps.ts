/**
 * Everything that grows while a capture file is read has a cap here; nothing that a file says can make it claim
 * memory.
 */
export const CAPS = {
  /**
   * Bytes of the longest block or packet that is looked into; a longer one is skipped. Wireshark's own limit.
   */
  block: 16 * 1024 * 1024,
  /** Interfaces of a whole file. */
  interfaces: 4_096,
  warnings: 100,
  comments: 1_000,
  /** Characters of one comment. */
  commentText: 4_000,
  /** Different reasons for which packets were left out. */
  reasons: 100,
  /** Bytes that a gzipped file may unpack to, for each packed byte and in all. */
  gzipRatio: 100,
  gzipTotal: 4 * 1024 ** 3,
  /** The ratio counts from this many unpacked bytes on. */
  gzipFree: 1024 * 1024,
  /** Lines taken from one key log. */
  keyLogLines: 200_000,
  /** VLAN tags of one packet. */
  vlanTags: 8,
  /** MPLS labels of one packet. */
  mplsLabels: 16,
  /** Layers below IP of one packet that carry others. */
  linkLayers: 8,
  /** Tunnels inside each other in one packet. */
  tunnels: 8,
  /** Extension headers of one IP packet. */
  extensionHeaders: 16,
  /** Datagrams of which some fragments are at hand, the fragments of one, and the bytes of all. */
  fragmented: 1_024,
  fragments: 1_024,
  fragmentBytes: 16 * 1024 * 1024,
  /** Connections of a file. */
  connections: 100_000,
  /** Bytes and segments of one connection that wait for an earlier segment; receive windows are about as large. */
  waitingBytes: 8 * 1024 * 1024,
  waitingSegments: 8_192,
  /** Waiting bytes of all connections together. */
  waitingTotal: 64 * 1024 * 1024,
  /**
   * How long bytes that the other side has acknowledged are waited for, in milliseconds of the capture's time.
   */
  waitingTime: 60_000,
  /** Segments with payload that are kept until the client is recognised, where there was no SYN. */
  undecidedSegments: 24,
  /**
   * The largest distance between the sequence numbers of two segments of one connection: what is further away
   * belongs to another.
   */
  farAway: 64 * 1024 * 1024,
} as const;
