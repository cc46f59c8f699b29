/** Every growing thing in reading a capture file has a cap here; a file is believed in nothing that it could ask memory for. */
export const CAPS = {
  /** Bytes of one block or packet that are looked into; a longer one is passed over. Wireshark's own limit. */
  block: 16 * 1024 * 1024,
  /** Interfaces of a whole file. */
  interfaces: 4_096,
  warnings: 100,
  comments: 1_000,
  /** Characters of one comment. */
  commentText: 4_000,
  /** Reasons for which packets were left out, told apart. */
  reasons: 100,
  /** Bytes that a gzip'd file may unpack to for each packed one, and in all. */
  gzipRatio: 100,
  gzipTotal: 4 * 1024 ** 3,
  /** Unpacked bytes from which on the ratio counts. */
  gzipFree: 1024 * 1024,
  /** Lines taken from one key log. */
  keyLogLines: 200_000,
  /** VLAN tags of one packet. */
  vlanTags: 8,
  /** MPLS labels of one packet. */
  mplsLabels: 16,
  /** Layers of one packet that carry others below IP. */
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
  /** Bytes of all connections that wait. */
  waitingTotal: 64 * 1024 * 1024,
  /** Milliseconds of the capture's time that bytes are waited for which the other side has acknowledged. */
  waitingTime: 60_000,
  /** Segments with payload that are kept until it is told who the client is, where there was no SYN. */
  undecidedSegments: 24,
  /** Numbers between two segments of one connection, at most: what lies further away belongs to another. */
  farAway: 64 * 1024 * 1024,
} as const;
