/** Every growing thing has a named cap. The reference page lists this table. */
export const LIMITS = {
  /** Payload bytes of one frame. */
  framePayload: 65_536,
  /** Plaintext bytes of one psk record. */
  recordPlaintext: 65_536,
  /** Body bytes of one psk handshake record. */
  handshakeBody: 512,
  /** Records sealed under one key before the connection must be renewed. */
  recordsPerKey: 2 ** 24,
  /** UTF-16 units of one chat message. */
  text: 4_000,
  /** Characters of a member's or a room's name. */
  name: 32,
  /** Characters of a client's own reference to a message. */
  ref: 64,
  /** Rooms one member may be in. */
  roomsPerMember: 16,
  /** Rooms on the server. */
  rooms: 1_000,
  /** Names shown in a member list. */
  memberList: 200,
  /** Messages in one page of history. */
  historyPage: 100,
  /** Bytes of messages in one page of history, so that a page always fits a frame. */
  historyPageBytes: 32_768,
  /** Messages of history that a join brings unless the client asks for another number. */
  historyOnJoin: 50,
  /** Bytes a recipient may have waiting before it is cut off. */
  sendQueue: 8 * 1024 * 1024,
  /** Accepted messages waiting for their commit, on the whole server. */
  commitQueue: 50_000,
  /** Requests of one connection that wait for the store. */
  pendingLoads: 32,
  /** Members remembered after they have gone, so that they can come back under their name. */
  absentMembers: 10_000,
  /** Milliseconds a name is kept free for a member whose connection was lost. */
  nameHold: 60_000,
  /** References remembered for each member, so that a message sent again is not stored again. */
  recentRefs: 1_024,
} as const;
