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
  /** Changes of earlier messages that a room reports to a member that comes back. */
  changesOnJoin: 100,
  /** Characters of a member's or a room's name. */
  name: 32,
  /** Characters of a reference to a room in a message: a room's name, or @ and a member's name. */
  roomName: 33,
  /** Characters of a client's own reference to a message. */
  ref: 64,
  /** Characters of a reason given by a moderator. */
  reason: 200,
  /** Characters of an address or a range of addresses. */
  address: 64,
  /** Characters of a search. */
  searchText: 200,
  /** UTF-16 units of a password as it is received; what a password must be is a rule of its own. */
  passwordInput: 1_000,
  /** Fewest characters of a password. */
  passwordLeast: 8,
  /** Most bytes of a password: bcrypt ignores everything after them. */
  passwordBytes: 72,
  /** Characters of a second factor: a code or a recovery code. */
  secondFactor: 32,
  /** Accounts on the server. */
  accounts: 100_000,
  /** Login sessions of one account; the one not used for longest makes room. */
  loginSessions: 32,
  /** Devices an account is remembered on; the one not used for longest makes room. */
  devices: 32,
  /** Milliseconds a login session may stay unused. */
  loginIdle: 30 * 86_400_000,
  /** Milliseconds for which the token before the last one is still accepted, for a client that missed the answer. */
  tokenGrace: 60_000,
  /** Milliseconds from a right password to the code of the second factor. */
  halfLogin: 120_000,
  /** Recovery codes of a second factor. */
  recoveryCodes: 10,
  /** Bans and mutes in force. */
  sanctions: 10_000,
  /** Longest time of a mute, a ban or a pause, in seconds. */
  sanctionSeconds: 10 * 365 * 86_400,
  /** Members invited into one room. */
  invitations: 1_000,
  /** Rooms one account has read markers for. */
  readMarkers: 256,
  /** Private conversations with an account that the server remembers to have a read marker. */
  openConversations: 10_000,
  /** Unread messages of one room that are counted; there may be more. */
  unread: 1_000,
  /** Entries of the audit log in the database; the oldest move to files next to it. */
  auditRows: 1_000_000,
  /** Entries that wait for the audit log. */
  auditQueue: 10_000,
  /** Login sessions, requests and other questions of one connection that wait for an answer. */
  pendingAsks: 16,
  /** Rooms one member may be in. */
  roomsPerMember: 16,
  /** Rooms on the server. */
  rooms: 1_000,
  /** Rooms that one account may have made; moderators may make more. */
  roomsPerAccount: 16,
  /** Milliseconds between two signs of typing of one connection in one room that are passed on. */
  typingPause: 2_000,
  /** Milliseconds between two changes of a member's presence that others are told of. */
  presencePause: 2_000,
  /** Accounts and guests that one connection is remembered to have been, and guests that one sanction follows. */
  selves: 32,
  /** Milliseconds for which a mute also holds for guests who come from the address of the member who was muted. */
  muteReach: 3_600_000,
  /** Networks whose requests are still counted after their last connection has gone. */
  absentNetworks: 10_000,
  /** Runs of repeated events that the audit log counts apart from one another. */
  auditRepeats: 1_000,
  /** Names shown in a member list; a list that would be longer is left out, and only the number is given. */
  memberList: 200,
  /** Members who came and went that one message names; above that it gives numbers. */
  namedChanges: 16,
  /** Milliseconds for which those who come into a room and go are collected before the others are told. */
  changesPause: 50,
  /** Members who are told per millisecond who came and went: changes in a larger room are collected for longer. */
  changesPerMillisecond: 1,
  /** Milliseconds for which they are collected at most. */
  changesPauseMost: 2_000,
  /** Messages in one page of history. */
  historyPage: 100,
  /** Bytes of messages in one page of history, so that a page always fits a frame. */
  historyPageBytes: 32_768,
  /** Messages of history that a join brings unless the client asks for another number. */
  historyOnJoin: 50,
  /** Rooms whose recent pages of history are kept in memory. */
  keptPageRooms: 64,
  /** Pages of one room that are kept in memory, each of up to `historyPageBytes`. */
  keptPagesOfRoom: 16,
  /** Connections that wait to be accepted, at the server and at each tap; the system may allow fewer. */
  listenBacklog: 4_096,
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
  /** Messages of one member on their way into the store; beyond that, what must be refused is refused as busy. */
  pendingRefs: 1_024,
  /** Bytes of a capture that a person gives to the workbench or to a page of the docs site; the terminal reads larger ones. */
  pageCapture: 64 * 1024 * 1024,
  /** Bytes of a key log that a person gives to the workbench or to a page of the docs site. */
  pageKeyLog: 16 * 1024 * 1024,
  /** Connections of a capture that the workbench or a page of the docs site reads: the first ones. */
  pageConnectionsRead: 2_000,
  /** Connections that it lists, those with TLS before others. */
  pageConnections: 200,
  /** Changes of a record that can be undone in a page of the docs site. */
  pageChanges: 200,
  /** Characters of a lab's file that a page of the docs site keeps in the browser. */
  pageLabText: 100_000,
  /** Bytes that the tap of a world in memory, in a page of the docs site, notes before it takes no more messages. */
  pageTap: 8 * 1024 * 1024,
} as const;
