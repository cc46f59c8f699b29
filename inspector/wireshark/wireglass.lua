-- Wireglass in Wireshark: frames, messages and psk records, on TCP and inside TLS.
-- Made by inspector/wireshark/generate.ts from the tables of the project; changes belong there or in core.lua.
-- docs/reference/wireshark.md says how to install it and what it cannot do.

local MAX_FRAME = 65536
local MAX_HANDSHAKE = 512
local MAX_SEALED = 65552
local TAG = 16
local PORTS = { tcp = { [5555] = "frame", [5556] = "psk" }, tls = { [5557] = "frame", [5558] = "psk" } }
local PSK_TYPE = { client_hello = 1, server_hello = 2, client_finished = 3, alert = 21, data = 23 }
local PSK_NAMES = { [1] = "client_hello", [2] = "server_hello", [3] = "client_finished", [21] = "alert", [23] = "data" }
local SUITES = { [1] = "aes-256-gcm" }
local ALERTS = {
  [0] = "done",
  [1] = "not_psk",
  [2] = "unsupported_version",
  [3] = "no_common_suite",
  [4] = "unknown_key_id",
  [5] = "key_confirmation_failed",
  [6] = "record_too_large",
  [7] = "record_truncated",
  [8] = "record_malformed",
  [9] = "unexpected_record",
  [10] = "record_replayed",
  [11] = "record_out_of_order",
  [12] = "bad_record_mac",
  [13] = "sequence_exhausted",
  [14] = "handshake_timeout",
}
local LAYOUTS = {
  header = {
    { name = "type", size = 1, uint = true },
    { name = "length", size = 3, uint = true },
    { name = "sequence", size = 8, uint = true },
  },
  client_hello = {
    { name = "version", size = 1, uint = true },
    { name = "client_nonce", size = 32 },
    { name = "suites_length", size = 1, uint = true },
    { name = "suites", length = "suites_length" },
    { name = "key_id_length", size = 1, uint = true },
    { name = "key_id", length = "key_id_length" },
  },
  server_hello = {
    { name = "version", size = 1, uint = true },
    { name = "server_nonce", size = 32 },
    { name = "suite", size = 1, uint = true },
    { name = "server_confirm", size = 32 },
  },
  client_finished = { { name = "client_confirm", size = 32 } },
  alert = { { name = "code", size = 1, uint = true } },
}
local MESSAGE_TYPES = {
  join = true,
  leave = true,
  say = true,
  edit = true,
  delete = true,
  history = true,
  search = true,
  rooms = true,
  create = true,
  invite = true,
  uninvite = true,
  remove = true,
  who = true,
  presence = true,
  typing = true,
  read = true,
  unread = true,
  ping = true,
  bye = true,
  register = true,
  login = true,
  second_factor = true,
  resume = true,
  logout = true,
  password = true,
  sessions = true,
  revoke = true,
  totp_begin = true,
  totp_confirm = true,
  totp_remove = true,
  mute = true,
  unmute = true,
  kick = true,
  ban = true,
  unban = true,
  bans = true,
  lock = true,
  slow = true,
  appoint = true,
  welcome = true,
  pong = true,
  done = true,
  error = true,
  joined = true,
  left = true,
  member_joined = true,
  member_left = true,
  renamed = true,
  message = true,
  ack = true,
  edited = true,
  deleted = true,
  found = true,
  invited = true,
  members = true,
  auth_required = true,
  auth_success = true,
  second_factor_required = true,
  auth_failed = true,
  totp = true,
  recovery_codes = true,
  notice = true,
}
local MEANINGS = {
  frame_empty = "a frame must carry at least one byte",
  frame_too_large = "the announced frame length is above the cap",
  bad_utf8 = "the payload is not well-formed UTF-8",
  bad_json = "the payload is not JSON",
  bad_message = "a field is missing or has the wrong type, length or value",
  unknown_type = "there is no message of this type",
  not_psk = "the bytes are not a record of the psk wire",
  record_too_large = "the announced record length is above the cap",
  record_malformed = "the record does not have the shape its type demands",
}
local FIELDS = {
  {
    path = "frame.length",
    kind = "uint32",
    title = "Length",
    note = "How many payload bytes follow, big-endian. TCP is a stream without boundaries, so the frame must say where it ends.",
  },
  { path = "frame.payload", kind = "string", title = "Payload", note = "One message: JSON in UTF-8." },
  {
    path = "psk.type",
    kind = "uint8",
    title = "Type",
    values = { [1] = "client_hello", [2] = "server_hello", [3] = "client_finished", [21] = "alert", [23] = "data" },
    note = "What the record carries: 0x01 client hello, 0x02 server hello, 0x03 client finished, 0x15 alert, 0x17 data.",
  },
  {
    path = "psk.length",
    kind = "uint24",
    title = "Length",
    note = "Bytes after this header. It stays readable, so Eve sees how long each message is.",
  },
  {
    path = "psk.sequence",
    kind = "uint64",
    title = "Sequence",
    note = "Counts the sealed records of this direction from 0 and never repeats under one key. The nonce is made from it, and it exposes a replayed or reordered record. Zero in the handshake.",
  },
  { path = "psk.version", kind = "uint8", title = "Version", note = "Version of the psk wire: 0x01." },
  {
    path = "psk.client_nonce",
    kind = "bytes",
    title = "Client nonce",
    note = "Fresh random bytes of the client. With the server’s they make the session keys differ for every connection although the shared key stays the same.",
  },
  {
    path = "psk.suites_length",
    kind = "uint8",
    title = "Suites length",
    note = "How many suites are offered.",
  },
  {
    path = "psk.suites",
    kind = "string",
    title = "Suites",
    note = "The cipher suites the client would accept, one byte each, best first.",
  },
  { path = "psk.key_id_length", kind = "uint8", title = "Key id length", note = "Bytes of the key id." },
  {
    path = "psk.key_id",
    kind = "string",
    title = "Key id",
    note = "Which shared key to use (UTF-8). It crosses in the clear: Eve learns the name of the key, never the key.",
  },
  {
    path = "psk.server_nonce",
    kind = "bytes",
    title = "Server nonce",
    note = "Fresh random bytes of the server.",
  },
  {
    path = "psk.suite",
    kind = "uint8",
    title = "Suite",
    values = { [1] = "aes-256-gcm" },
    note = "The cipher suite the server chose from the client’s offer.",
  },
  {
    path = "psk.server_confirm",
    kind = "bytes",
    title = "Server confirm",
    note = "Key confirmation: HMAC-SHA256 under the server’s confirmation key over the hash of the hellos. Only a holder of the shared key can make it.",
  },
  {
    path = "psk.client_confirm",
    kind = "bytes",
    title = "Client confirm",
    note = "Key confirmation of the client, over the hellos and the server’s confirmation.",
  },
  {
    path = "psk.code",
    kind = "uint8",
    title = "Code",
    values = {
      [0] = "done",
      [1] = "not_psk",
      [2] = "unsupported_version",
      [3] = "no_common_suite",
      [4] = "unknown_key_id",
      [5] = "key_confirmation_failed",
      [6] = "record_too_large",
      [7] = "record_truncated",
      [8] = "record_malformed",
      [9] = "unexpected_record",
      [10] = "record_replayed",
      [11] = "record_out_of_order",
      [12] = "bad_record_mac",
      [13] = "sequence_exhausted",
      [14] = "handshake_timeout",
    },
    note = "Why the connection ends: 0x00 done, otherwise the byte of an error code.",
  },
  {
    path = "psk.ciphertext",
    kind = "bytes",
    title = "Ciphertext",
    note = "The plain bytes under AES-256 in counter mode: as long as they are, and without the key indistinguishable from random.",
  },
  {
    path = "psk.tag",
    kind = "bytes",
    title = "Tag",
    note = "Authentication tag over ciphertext and header. One changed bit anywhere and it no longer fits.",
  },
  {
    path = "psk.fault",
    kind = "string",
    title = "Fault",
    note = "Why the bytes from here on cannot be read.",
  },
  {
    path = "msg.type",
    kind = "string",
    title = "Type",
    note = "Which message this is; its other fields follow from it.",
  },
  {
    path = "msg.room",
    kind = "string",
    title = "Room",
    note = "The room; when left out, the one joined last (for join: the lobby). `@name` is the private conversation with that member.",
  },
  {
    path = "msg.name",
    kind = "string",
    title = "Name",
    note = "The name asked for; without one, the guest name of the welcome is kept. A client that has logged in has the name of the account.",
  },
  {
    path = "msg.token",
    kind = "string",
    title = "Token",
    note = "From an earlier joined: lets a client come back as the same member after a lost connection. Anyone who reads it on a plain wire can do the same.",
  },
  { path = "msg.after", kind = "uint64", title = "After", note = "Resume: send what was said after this id." },
  {
    path = "msg.changed_after",
    kind = "uint64",
    title = "Changed after",
    note = "Resume: also report, as edited and deleted, what was done since this change to messages up to after.",
  },
  { path = "msg.limit", kind = "uint64", title = "Limit", note = "At most this many messages of history." },
  { path = "msg.text", kind = "string", title = "Text", note = "What was said." },
  {
    path = "msg.ref",
    kind = "string",
    title = "Ref",
    note = "The sender's own name for this message. The acknowledgement repeats it, and a message sent again under the same ref is stored once.",
  },
  {
    path = "msg.reply_to",
    kind = "uint64",
    title = "Reply to",
    note = "Id of the message of the same room that this one answers.",
  },
  {
    path = "msg.id",
    kind = "uint64",
    title = "Id",
    note = "Number of the message, rising in the order of storage. A client that reconnects asks for what came after the last one it saw.",
  },
  {
    path = "msg.before",
    kind = "uint64",
    title = "Before",
    note = "Only messages before this id, the newest of them.",
  },
  {
    path = "msg.access",
    kind = "string",
    title = "Access",
    note = "public: anyone may enter; invite: only invited members may, and others do not see that the room exists.",
  },
  { path = "msg.state", kind = "string", title = "State", note = "here or away, as the member says itself." },
  {
    path = "msg.password",
    kind = "string",
    title = "Password",
    note = "The password in the clear: only the wire protects it on its way.",
  },
  {
    path = "msg.device",
    kind = "string",
    title = "Device",
    note = "From an earlier auth_success on this device: guesses made elsewhere do not slow this login down.",
  },
  {
    path = "msg.code",
    kind = "string",
    title = "Code",
    note = "Six digits of the authenticator, or one of the recovery codes.",
  },
  {
    path = "msg.old",
    kind = "string",
    title = "Old",
    note = "The password in the clear: only the wire protects it on its way.",
  },
  {
    path = "msg.new",
    kind = "string",
    title = "New",
    note = "The password in the clear: only the wire protects it on its way.",
  },
  {
    path = "msg.session",
    kind = "string",
    title = "Session",
    note = "Its id, or `others` for all but this one.",
  },
  { path = "msg.seconds", kind = "uint64", title = "Seconds", note = "For how many seconds." },
  {
    path = "msg.reason",
    kind = "string",
    title = "Reason",
    note = "Why, in words for the member concerned and for the log.",
  },
  {
    path = "msg.address",
    kind = "string",
    title = "Address",
    note = "An IP address, or a range of them as address/bits. An IPv6 address without bits stands for its /64.",
  },
  { path = "msg.locked", kind = "bool", title = "Locked", note = "True to lock, false to unlock." },
  { path = "msg.role", kind = "string", title = "Role", note = "The role to give: user, moderator or admin." },
  { path = "msg.protocol", kind = "uint64", title = "Protocol", note = "Version of this protocol." },
  { path = "msg.server", kind = "string", title = "Server", note = "Name of the server software." },
  { path = "msg.wire", kind = "string", title = "Wire", note = "The wire this connection uses." },
  {
    path = "msg.members",
    kind = "string",
    title = "Members",
    note = "Who is here: metadata that an eavesdropper values as much as the text.",
  },
  {
    path = "msg.count",
    kind = "uint64",
    title = "Count",
    note = "How many are here; the list of names is cut at 200.",
  },
  {
    path = "msg.tapped",
    kind = "string",
    title = "Tapped",
    note = "The traffic on the wires of this server is recorded together with its secrets, for everyone who may open its page: passwords and private messages, too.",
  },
  { path = "msg.of", kind = "string", title = "Of", note = "The type of the request." },
  { path = "msg.message", kind = "string", title = "Message", note = "The same in words." },
  {
    path = "msg.fatal",
    kind = "bool",
    title = "Fatal",
    note = "True when the connection is closed after this frame.",
  },
  { path = "msg.expected", kind = "string", title = "Expected", note = "What would have been right." },
  { path = "msg.got", kind = "string", title = "Got", note = "What came instead." },
  { path = "msg.suggestions", kind = "string", title = "Suggestions", note = "Names that are free." },
  {
    path = "msg.retry_after",
    kind = "uint64",
    title = "Retry after",
    note = "Seconds after which it may work.",
  },
  { path = "msg.messages", kind = "string", title = "Messages", note = "What was said before, oldest first." },
  {
    path = "msg.messages.id",
    kind = "uint64",
    title = "Id",
    note = "Number of the message, rising in the order of storage. A client that reconnects asks for what came after the last one it saw.",
  },
  { path = "msg.messages.from", kind = "string", title = "From", note = "Name of the member who said it." },
  {
    path = "msg.messages.account",
    kind = "string",
    title = "Account",
    note = "The author had logged in to the account of this name. A message without this field was said by a guest, and anyone can be a guest.",
  },
  {
    path = "msg.messages.text",
    kind = "string",
    title = "Text",
    note = "What was said; empty where it was deleted.",
  },
  {
    path = "msg.messages.ts",
    kind = "uint64",
    title = "Ts",
    note = "When the server accepted it: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.messages.via",
    kind = "string",
    title = "Via",
    note = "The wire that it came in on. It goes out on every wire that a member of the room uses, so one plaintext listener undoes everyone else’s encryption.",
  },
  {
    path = "msg.messages.reply_to",
    kind = "uint64",
    title = "Reply to",
    note = "Id of the message of the same room that this one answers.",
  },
  {
    path = "msg.messages.edited",
    kind = "uint64",
    title = "Edited",
    note = "When it was last changed: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.messages.deleted",
    kind = "string",
    title = "Deleted",
    note = "The message was taken back or removed; its text is gone from the server.",
  },
  {
    path = "msg.more",
    kind = "bool",
    title = "More",
    note = "True when there are further messages to ask for.",
  },
  {
    path = "msg.changed",
    kind = "uint64",
    title = "Changed",
    note = "Number of the last change so far: a later changed_after starts from it.",
  },
  {
    path = "msg.more_changed",
    kind = "string",
    title = "More changed",
    note = "More messages were changed since changed_after than are reported; the newest are reported.",
  },
  {
    path = "msg.via",
    kind = "string",
    title = "Via",
    note = "The wire that it came in on. It goes out on every wire that a member of the room uses, so one plaintext listener undoes everyone else’s encryption.",
  },
  { path = "msg.now", kind = "string", title = "Now", note = "The name from now on." },
  {
    path = "msg.you",
    kind = "string",
    title = "You",
    note = "Set when the renamed guest is the one who receives this.",
  },
  { path = "msg.from", kind = "string", title = "From", note = "Name of the member who said it." },
  {
    path = "msg.account",
    kind = "string",
    title = "Account",
    note = "The author had logged in to the account of this name. A message without this field was said by a guest, and anyone can be a guest.",
  },
  {
    path = "msg.ts",
    kind = "uint64",
    title = "Ts",
    note = "When the server accepted it: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.edited",
    kind = "uint64",
    title = "Edited",
    note = "When: milliseconds since 1970-01-01 UTC.",
  },
  { path = "msg.by", kind = "string", title = "By", note = "Name of the one who did it." },
  {
    path = "msg.change",
    kind = "uint64",
    title = "Change",
    note = "Number of this change: higher than those of all changes before it, in any room.",
  },
  {
    path = "msg.messages.room",
    kind = "string",
    title = "Room",
    note = "The room this is about. Everyone in it sees what is said there. `@name` is the private conversation with that member.",
  },
  { path = "msg.rooms", kind = "string", title = "Rooms", note = "The rooms, each with how many are in it." },
  { path = "msg.rooms.name", kind = "string", title = "Name", note = "Name of a room." },
  { path = "msg.rooms.members", kind = "uint64", title = "Members", note = "How many are in it." },
  {
    path = "msg.rooms.access",
    kind = "string",
    title = "Access",
    note = "public: anyone may enter; invite: only invited members may, and others do not see that the room exists.",
  },
  { path = "msg.rooms.locked", kind = "string", title = "Locked", note = "Only moderators may speak." },
  {
    path = "msg.rooms.slow",
    kind = "uint64",
    title = "Slow",
    note = "Seconds that each member must wait between two messages.",
  },
  { path = "msg.members.name", kind = "string", title = "Name", note = "Who." },
  {
    path = "msg.members.role",
    kind = "string",
    title = "Role",
    note = "What this member may do: guest, user, moderator or admin.",
  },
  {
    path = "msg.members.presence",
    kind = "string",
    title = "Presence",
    note = "here or away, as the member says itself.",
  },
  {
    path = "msg.members.via",
    kind = "string",
    title = "Via",
    note = "The wire that it came in on. It goes out on every wire that a member of the room uses, so one plaintext listener undoes everyone else’s encryption.",
  },
  {
    path = "msg.rooms.room",
    kind = "string",
    title = "Room",
    note = "The room this is about. Everyone in it sees what is said there. `@name` is the private conversation with that member.",
  },
  { path = "msg.rooms.unread", kind = "uint64", title = "Unread", note = "Messages after the read marker." },
  {
    path = "msg.rooms.read",
    kind = "uint64",
    title = "Read",
    note = "The read marker: everything up to this id was read.",
  },
  { path = "msg.rooms.last", kind = "uint64", title = "Last", note = "Id of the last message." },
  {
    path = "msg.mode",
    kind = "string",
    title = "Mode",
    note = "optional: guests may talk, too; required: only accounts may.",
  },
  {
    path = "msg.allowed",
    kind = "bool",
    title = "Allowed",
    note = "Whether passwords are accepted on this wire. On plain they are not, unless the operator allows it for a lesson.",
  },
  {
    path = "msg.register",
    kind = "bool",
    title = "Register",
    note = "Whether new accounts can be made here.",
  },
  {
    path = "msg.expires",
    kind = "uint64",
    title = "Expires",
    note = "When the token stops being valid: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.second_factor",
    kind = "bool",
    title = "Second factor",
    note = "Whether the account has a second factor.",
  },
  {
    path = "msg.recovery_left",
    kind = "uint64",
    title = "Recovery left",
    note = "Recovery codes not used yet; present when one was used just now.",
  },
  { path = "msg.sessions", kind = "string", title = "Sessions", note = "Newest first." },
  { path = "msg.sessions.id", kind = "string", title = "Id", note = "Public id, for revoke." },
  {
    path = "msg.sessions.created",
    kind = "uint64",
    title = "Created",
    note = "When the server accepted it: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.sessions.seen",
    kind = "uint64",
    title = "Seen",
    note = "When it was last used: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.sessions.via",
    kind = "string",
    title = "Via",
    note = "The wire that it came in on. It goes out on every wire that a member of the room uses, so one plaintext listener undoes everyone else’s encryption.",
  },
  { path = "msg.sessions.address", kind = "string", title = "Address", note = "Where it was last used from." },
  { path = "msg.sessions.connected", kind = "bool", title = "Connected", note = "Whether it is in use now." },
  {
    path = "msg.sessions.current",
    kind = "bool",
    title = "Current",
    note = "Whether it is the session that asks.",
  },
  { path = "msg.secret", kind = "string", title = "Secret", note = "The secret in base32 (RFC 4648)." },
  {
    path = "msg.uri",
    kind = "string",
    title = "Uri",
    note = "The same as an otpauth URI: the content of the QR code.",
  },
  {
    path = "msg.codes",
    kind = "string",
    title = "Codes",
    note = "Each works once in place of a code. The server keeps only their hashes.",
  },
  { path = "msg.event", kind = "string", title = "Event", note = "What happened." },
  {
    path = "msg.until",
    kind = "uint64",
    title = "Until",
    note = "Until when: milliseconds since 1970-01-01 UTC.",
  },
  { path = "msg.bans", kind = "string", title = "Bans", note = "Newest first." },
  { path = "msg.bans.kind", kind = "string", title = "Kind", note = "Which of the two." },
  { path = "msg.bans.name", kind = "string", title = "Name", note = "Who." },
  { path = "msg.bans.address", kind = "string", title = "Address", note = "Which address or range." },
  { path = "msg.bans.room", kind = "string", title = "Room", note = "Where, when not everywhere." },
  { path = "msg.bans.by", kind = "string", title = "By", note = "Name of the one who did it." },
  {
    path = "msg.bans.reason",
    kind = "string",
    title = "Reason",
    note = "Why, in words for the member concerned and for the log.",
  },
  {
    path = "msg.bans.ts",
    kind = "uint64",
    title = "Ts",
    note = "When the server accepted it: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.bans.until",
    kind = "uint64",
    title = "Until",
    note = "Until when: milliseconds since 1970-01-01 UTC.",
  },
  {
    path = "msg.fault",
    kind = "string",
    title = "Fault",
    note = "Why the bytes from here on cannot be read.",
  },
}

-- ---------------------------------------------------------------------------------------------------------------
-- Fields

local wireglass = Proto("wireglass", "Wireglass")
-- Where TLS hands its content over. It shows nothing of its own: what it finds is shown as `wireglass`.
local inside_tls = Proto("wireglass_tls", "Wireglass inside TLS")

local MAKERS = {
  uint8 = function(path, row) return ProtoField.uint8(path, row.title, base.DEC, row.values, nil, row.note) end,
  uint24 = function(path, row) return ProtoField.uint24(path, row.title, base.DEC, nil, nil, row.note) end,
  uint32 = function(path, row) return ProtoField.uint32(path, row.title, base.DEC, nil, nil, row.note) end,
  uint64 = function(path, row) return ProtoField.uint64(path, row.title, base.DEC, nil, nil, row.note) end,
  bool = function(path, row) return ProtoField.bool(path, row.title, base.NONE, nil, nil, row.note) end,
  bytes = function(path, row) return ProtoField.bytes(path, row.title, base.NONE, row.note) end,
  string = function(path, row) return ProtoField.string(path, row.title, base.UNICODE, row.note) end,
}

local fields, registered = {}, {}
for _, row in ipairs(FIELDS) do
  local field = MAKERS[row.kind]("wireglass." .. row.path, row)
  fields[row.path] = { kind = row.kind, field = field }
  registered[#registered + 1] = field
end
wireglass.fields = registered

local malformed =
  ProtoExpert.new("wireglass.malformed", "Breaks the protocol", expert.group.MALFORMED, expert.severity.ERROR)
local incomplete =
  ProtoExpert.new("wireglass.incomplete", "Not shown whole", expert.group.UNDECODED, expert.severity.NOTE)
wireglass.experts = { malformed, incomplete }

-- ---------------------------------------------------------------------------------------------------------------
-- Text

local REPLACEMENT = "\239\191\189"
local NUL_SYMBOL = "\226\144\128"

-- Bytes of the well-formed UTF-8 sequence at `at`; else nil, and how many bytes one replacement character stands for.
local function sequence(text, at)
  local first = text:byte(at)
  if first < 0x80 then return 1 end
  local more, low, high = 0, 0x80, 0xbf
  if first >= 0xc2 and first <= 0xdf then
    more = 1
  elseif first >= 0xe0 and first <= 0xef then
    more = 2
    if first == 0xe0 then low = 0xa0 end
    if first == 0xed then high = 0x9f end
  elseif first >= 0xf0 and first <= 0xf4 then
    more = 3
    if first == 0xf0 then low = 0x90 end
    if first == 0xf4 then high = 0x8f end
  else
    return nil, 1
  end
  for i = 1, more do
    local byte = text:byte(at + i)
    if byte == nil or byte < low or byte > high then return nil, i end
    low, high = 0x80, 0xbf
  end
  return more + 1
end

-- Where the first ill-formed sequence begins, or nil.
local function ill_formed(text)
  local at = text:find("[\128-\255]")
  while at ~= nil and at <= #text do
    local size = sequence(text, at)
    if size == nil then return at end
    at = at + size
  end
  return nil
end

-- Text that may be shown: Wireshark wants UTF-8, and ends a text at its first zero byte.
local function shown(text)
  local clean = text:gsub("\0", NUL_SYMBOL)
  if ill_formed(clean) == nil then return clean end
  local parts, at = {}, 1
  while at <= #clean do
    local size, skip = sequence(clean, at)
    parts[#parts + 1] = size and clean:sub(at, at + size - 1) or REPLACEMENT
    at = at + (size or skip)
  end
  return table.concat(parts)
end

local function encode_utf8(code)
  if code < 0x80 then return string.char(code) end
  local tail = {}
  local first, room = 0xc0, 0x20
  repeat
    table.insert(tail, 1, string.char(0x80 + code % 0x40))
    code = math.floor(code / 0x40)
    local fits = code < room
    if not fits then first, room = first + room, room / 2 end
  until fits
  return string.char(first + code) .. table.concat(tail)
end

local function hex(text)
  return (text:gsub(".", function(byte) return string.format("%02x", byte:byte()) end))
end

-- ---------------------------------------------------------------------------------------------------------------
-- JSON with positions. Ranges count from 0 and leave the byte at `stop` out.

local MAX_DEPTH, MAX_NODES = 32, 4000
local TOO_DEEP = "nested deeper than " .. MAX_DEPTH
local TOO_MANY = "more than " .. MAX_NODES .. " values"
local ESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local LITERALS = {
  { text = "true", kind = "boolean", value = true },
  { text = "false", kind = "boolean", value = false },
  { text = "null", kind = "null" },
}

local function stop_at(fault, at)
  error({ fault = fault, at = at }, 0)
end

local function hex_digits(text, at)
  local digits = text:sub(at, at + 3)
  return digits:find("^%x%x%x%x$") and tonumber(digits, 16) or nil
end

-- The character of the escape whose backslash stands at `at`, and where reading goes on; nil when there is none such.
local function escaped(raw, at)
  local letter = raw:sub(at + 1, at + 1)
  if letter ~= "u" then return ESCAPES[letter], at + 2 end
  local code = hex_digits(raw, at + 2)
  if code == nil then return nil end
  if code < 0xd800 or code > 0xdfff then return encode_utf8(code), at + 6 end
  local low = raw:sub(at + 6, at + 7) == "\\u" and hex_digits(raw, at + 8) or nil
  if code >= 0xdc00 or low == nil or low < 0xdc00 or low > 0xdfff then return REPLACEMENT, at + 6 end
  return encode_utf8(0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00)), at + 12
end

-- What the string between its quotes means. `start` is where a fault is said to stand.
local function unescaped(raw, start)
  local unknown = "there is a control character or an unknown escape in the string"
  if ill_formed(raw) ~= nil then stop_at("the string is not well-formed UTF-8", start) end
  if raw:find("[\0-\31]") then stop_at(unknown, start) end
  local parts, from = {}, 1
  local at = raw:find("\\", 1, true)
  while at ~= nil do
    local char, after = escaped(raw, at)
    if char == nil then stop_at(unknown, start) end
    parts[#parts + 1] = raw:sub(from, at - 1)
    parts[#parts + 1] = char
    from = after
    at = raw:find("\\", from, true)
  end
  parts[#parts + 1] = raw:sub(from)
  return table.concat(parts)
end

local function is_json_number(text)
  if #text > 1000 then return false end
  local rest = text:gsub("^%-", "")
  local whole = rest:match("^%d+")
  if whole == nil or (#whole > 1 and whole:sub(1, 1) == "0") then return false end
  rest = rest:sub(#whole + 1)
  rest = rest:gsub("^%.%d+", "")
  rest = rest:gsub("^[eE][+-]?%d+", "")
  return rest == ""
end

local Scanner = {}
Scanner.__index = Scanner

function Scanner:byte()
  return self.text:sub(self.at + 1, self.at + 1)
end

function Scanner:fail(message)
  if self.at >= #self.text then message = message .. ", but the text ends" end
  stop_at(message, self.at)
end

function Scanner:space()
  local _, last = self.text:find("^[ \n\r\t]*", self.at + 1)
  self.at = last
end

function Scanner:string()
  local start, at = self.at, self.at + 2
  while true do
    local found = self.text:find('["\\]', at)
    if found == nil then self:fail("a string is not closed") end
    if self.text:sub(found, found) == '"' then
      self.at = found
      local value = unescaped(self.text:sub(start + 2, found - 1), start)
      return { kind = "string", start = start, stop = found, value = value }
    end
    at = found + 2
  end
end

function Scanner:number()
  local start = self.at
  local text = self.text:match("^[-+.0-9eE]+", start + 1)
  if not is_json_number(text) then self:fail("this is not a JSON number") end
  self.at = start + #text
  return { kind = "number", start = start, stop = self.at, value = tonumber(text), text = text }
end

function Scanner:literal()
  local start = self.at
  for _, literal in ipairs(LITERALS) do
    if self.text:sub(start + 1, start + #literal.text) == literal.text then
      self.at = start + #literal.text
      return { kind = literal.kind, start = start, stop = self.at, value = literal.value, text = literal.text }
    end
  end
  self:fail("a value is expected")
end

-- True past the closing bracket; false where another member has to stand.
function Scanner:closes(bracket, first)
  self:space()
  local byte = self:byte()
  if byte == bracket then
    self.at = self.at + 1
    return true
  end
  if first then return false end
  if byte ~= "," then self:fail("a comma or the closing bracket is expected") end
  self.at = self.at + 1
  return false
end

function Scanner:key()
  self:space()
  if self:byte() ~= '"' then self:fail("a field name in quotes is expected") end
  local key = self:string().value
  self:space()
  if self:byte() ~= ":" then self:fail("a colon is expected") end
  self.at = self.at + 1
  return key
end

function Scanner:container(kind, bracket, depth)
  local start, members = self.at, {}
  self.at = start + 1
  while not self:closes(bracket, #members == 0) do
    local key = kind == "object" and self:key() or nil
    members[#members + 1] = { key = key, node = self:value(depth + 1) }
  end
  return { kind = kind, start = start, stop = self.at, members = members }
end

function Scanner:value(depth)
  if depth > MAX_DEPTH then stop_at(TOO_DEEP, self.at) end
  self.nodes = self.nodes + 1
  if self.nodes > MAX_NODES then stop_at(TOO_MANY, self.at) end
  self:space()
  local byte = self:byte()
  if byte == "{" then return self:container("object", "}", depth) end
  if byte == "[" then return self:container("array", "]", depth) end
  if byte == '"' then return self:string() end
  if byte:find("^[-0-9]") then return self:number() end
  return self:literal()
end

-- The tree of a JSON text, or nil and a table with `fault` and `at`.
local function scan_json(text)
  local scanner = setmetatable({ text = text, at = 0, nodes = 0 }, Scanner)
  local ok, result = pcall(function()
    local node = scanner:value(0)
    scanner:space()
    if scanner.at < #text then scanner:fail("something stands after the JSON text") end
    return node
  end)
  if ok then return result end
  -- Anything but our own fault is a mistake in this file, and Wireshark has to say so.
  if type(result) ~= "table" then error(result, 0) end
  return nil, result
end

-- ---------------------------------------------------------------------------------------------------------------
-- Messages

local function fault(item, path, range, text)
  item:add(fields[path].field, range, text):add_proto_expert_info(malformed, text)
end

local function text_of(node)
  if node.members == nil then return node.kind == "string" and node.value or node.text end
  local unit = node.kind == "array" and "item" or "field"
  return string.format("%d %s%s", #node.members, unit, #node.members == 1 and "" or "s")
end

local EXACT = 2 ^ 53

-- The value for a field of this kind, or nil when it is of another type.
local function value_for(kind, node)
  if kind == "string" then return shown(text_of(node)) end
  if kind == "bool" and node.kind == "boolean" then return node.value end
  local n = node.kind == "number" and kind == "uint64" and node.value or nil
  if n == nil or n < 0 or n > EXACT or n % 1 ~= 0 then return nil end
  return UInt64.new(n % 4294967296, math.floor(n / 4294967296))
end

local add_members

local function add_member(tree, path, label, node, tvb, base_offset)
  local range = tvb(base_offset + node.start, node.stop - node.start)
  local known = fields[path]
  local value
  if known ~= nil then value = value_for(known.kind, node) end
  local item
  if value ~= nil then
    item = tree:add(known.field, range, value)
  else
    -- Not a field of the protocol, or not of its type: it has no name to filter by.
    item = tree:add(range, shown(label) .. ": " .. shown(text_of(node)))
  end
  add_members(item, path, node, tvb, base_offset)
end

function add_members(tree, path, node, tvb, base_offset)
  for i, member in ipairs(node.members or {}) do
    local below = member.key and (path .. "." .. member.key) or path
    add_member(tree, below, member.key or ("[" .. (i - 1) .. "]"), member.node, tvb, base_offset)
  end
end

-- The last one of a repeated name counts, as in JavaScript.
local function type_of(root)
  local found
  for _, member in ipairs(root.kind == "object" and root.members or {}) do
    if member.key == "type" then found = member.node end
  end
  return found ~= nil and found.kind == "string" and found.value or nil
end

local function cut(text, characters)
  local at, count = 1, 0
  while at <= #text and count < characters do
    local size, skip = sequence(text, at)
    at = at + (size or skip)
    count = count + 1
  end
  return text:sub(1, at - 1)
end

local function refusal(root, name)
  if root.kind ~= "object" or name == nil then return MEANINGS.bad_message end
  if not MESSAGE_TYPES[name] then return MEANINGS.unknown_type end
  return nil
end

-- Adds the message in the payload that stands `at` bytes into `tvb`. Gives its title.
local function add_message(item, payload, text, tvb, at)
  local root, broken = scan_json(text)
  if root == nil then
    local range = tvb(at + broken.at, #text - broken.at)
    -- The caps are ours, not the protocol's.
    local ours = (broken.fault == TOO_DEEP or broken.fault == TOO_MANY) and ill_formed(text) == nil
    local shown_fault = payload:add(fields["msg.fault"].field, range, broken.fault)
    if ours then
      shown_fault:add_proto_expert_info(incomplete, "Too much to show in parts: " .. broken.fault)
      return "message"
    end
    local reason = ill_formed(text) and MEANINGS.bad_utf8 or MEANINGS.bad_json
    shown_fault:add_proto_expert_info(malformed, reason .. ": " .. broken.fault)
    return "malformed"
  end
  add_members(payload, "msg", root, tvb, at)
  local name = type_of(root)
  local reason = refusal(root, name)
  if reason ~= nil then item:add_proto_expert_info(malformed, reason) end
  return name and shown(cut(name, 32)) or "malformed"
end

-- ---------------------------------------------------------------------------------------------------------------
-- Frames

local KINDS = { frame = { header = 4, name = "frame" }, psk = { header = 12, name = "psk record" } }

-- Whole length of the frame that begins at `at`, or nil and why there is none.
function KINDS.frame.measure(tvb, at)
  local length = tvb(at, 4):uint()
  if length == 0 then return nil, MEANINGS.frame_empty end
  if length <= MAX_FRAME then return 4 + length end
  return nil, string.format("%s (%d, at most %d)", MEANINGS.frame_too_large, length, MAX_FRAME)
end

function KINDS.frame.add_header(item, tvb, at)
  item:add(fields["frame.length"].field, tvb(at, 4))
end

function KINDS.frame.add(item, tvb, at, size)
  KINDS.frame.add_header(item, tvb, at)
  local range = tvb(at + 4, size - 4)
  local text = range:raw()
  local payload = item:add(fields["frame.payload"].field, range, shown(text))
  return add_message(item, payload, text, tvb, at + 4)
end

-- ---------------------------------------------------------------------------------------------------------------
-- psk records

local TYPE_ALERT, TYPE_DATA = PSK_TYPE.alert, PSK_TYPE.data

function KINDS.psk.measure(tvb, at)
  local kind, length = tvb(at, 1):uint(), tvb(at + 1, 3):uint()
  if PSK_NAMES[kind] == nil then return nil, MEANINGS.not_psk end
  local sealable = kind == TYPE_ALERT or kind == TYPE_DATA
  local cap = sealable and MAX_SEALED or MAX_HANDSHAKE
  if length <= cap then return 12 + length end
  return nil, string.format("%s (%d, at most %d)", MEANINGS.record_too_large, length, cap)
end

local function suite_names(raw)
  local names = {}
  for i = 1, #raw do
    local id = raw:byte(i)
    names[i] = SUITES[id] or string.format("0x%02x (not known here)", id)
  end
  return table.concat(names, ", ")
end

-- Parts whose bytes have a meaning in words.
local IN_WORDS = {
  suites = suite_names,
  key_id = function(raw) return ill_formed(raw) and hex(raw) or shown(raw) end,
}

local function add_part(item, part, range)
  local words = IN_WORDS[part.name]
  local field = fields["psk." .. part.name].field
  if words == nil then return item:add(field, range) end
  item:add(field, range, words(range:len() > 0 and range:raw() or ""))
end

-- Adds the parts of a layout, or none when they do not fit: then gives where and why. Else gives where they end.
local function add_layout(item, layout, tvb, at, stop)
  local values, places, start = {}, {}, at
  for _, part in ipairs(layout) do
    local size = part.size or values[part.length]
    if at + size > stop then
      return at, string.format("%s needs %d byte%s, %d left", part.name, size, size == 1 and "" or "s", stop - at)
    end
    if part.uint and size <= 4 then values[part.name] = tvb(at, size):uint() end
    places[#places + 1] = { part = part, at = at, size = size }
    at = at + size
  end
  for _, place in ipairs(places) do add_part(item, place.part, tvb(place.at, place.size)) end
  return at
end

function KINDS.psk.add_header(item, tvb, at)
  add_layout(item, LAYOUTS.header, tvb, at, at + 12)
end

local function add_sealed(item, tvb, at, size)
  local split = math.max(12, size - TAG)
  item:add(fields["psk.ciphertext"].field, tvb(at + 12, split - 12))
  item:add(fields["psk.tag"].field, tvb(at + split, size - split))
end

local function add_clear(item, name, tvb, at, size)
  local stop = at + size
  local place, misfit = add_layout(item, LAYOUTS[name], tvb, at + 12, stop)
  if misfit == nil and place < stop then
    misfit = string.format("%d bytes more than a record of this type has", stop - place)
  end
  if misfit ~= nil then fault(item, "psk.fault", tvb(place, stop - place), misfit) end
  local number = tvb(at + 4, 8)
  if number:raw():find("[^\0]") then
    local text = string.format("%s (number %s, expected 0)", MEANINGS.record_malformed, tostring(number:uint64()))
    item:add_proto_expert_info(malformed, text)
  end
end

function KINDS.psk.add(item, tvb, at, size)
  local kind = tvb(at, 1):uint()
  local name = PSK_NAMES[kind]
  KINDS.psk.add_header(item, tvb, at)
  -- An alert is one byte in the clear; sealed it is longer by the tag.
  if kind == TYPE_DATA or (kind == TYPE_ALERT and size >= 12 + TAG) then
    add_sealed(item, tvb, at, size)
    return name
  end
  add_clear(item, name, tvb, at, size)
  if kind ~= TYPE_ALERT or size <= 12 then return name end
  return "alert: " .. (ALERTS[tvb(at + 12, 1):uint()] or "internal")
end

-- ---------------------------------------------------------------------------------------------------------------
-- Streams

-- What a stream is is settled once, by its first bytes: the rules of inspector/dissect/detect.ts.
local LOOK_AT = 12

local function detect(header)
  local first, second = header:byte(1, 2)
  if second ~= nil and first >= 0x14 and first <= 0x17 and second == 0x03 then return "tls" end
  if #header < LOOK_AT then return (first == 0x00 or PSK_NAMES[first]) and "undecided" or nil end
  local b2, b3, b4, b5, b6 = header:byte(2, 6)
  local psk_length = b2 * 65536 + b3 * 256 + b4
  if PSK_NAMES[first] then
    return psk_length > 0 and psk_length <= MAX_SEALED and b5 == 0 and b6 == 0 and "psk" or nil
  end
  local length = first * 16777216 + psk_length
  return length > 0 and length <= MAX_FRAME and b5 == 0x7b and "frame" or nil
end

local kinds, lost = {}, {}

-- Called before a file is read from its beginning.
function wireglass.init()
  kinds, lost = {}, {}
end

-- Names of the connection and of its direction. There is no number of the stream at hand in every pass that
-- Wireshark makes over a file, but addresses and ports are.
local function names_of(pinfo, layer)
  local from = tostring(pinfo.src) .. " " .. pinfo.src_port
  local to = tostring(pinfo.dst) .. " " .. pinfo.dst_port
  local stream = from < to and (from .. " " .. to) or (to .. " " .. from)
  return layer .. " " .. stream, layer .. " " .. from .. " " .. to
end

local function kind_of(stream, tvb, pinfo, layer)
  if kinds[stream] ~= nil then return kinds[stream] end
  local found = detect(tvb(0, math.min(LOOK_AT, tvb:len())):raw())
  if found == "undecided" then return found end
  local usual = PORTS[layer][pinfo.dst_port] or PORTS[layer][pinfo.src_port]
  kinds[stream] = found or usual
  return kinds[stream]
end

-- True when Wireshark will come again with more bytes from `offset` on.
local function wait_for(pinfo, tvb, offset, missing)
  local able = pinfo.can_desegment
  if able == 0 or able == false or tvb:len() < tvb:reported_len() then return false end
  pinfo.desegment_offset = offset
  pinfo.desegment_len = missing
  return true
end

local ONE_MORE_SEGMENT = DESEGMENT_ONE_MORE_SEGMENT or 0x0fffffff

local function add_item(tree, range, name, title)
  return tree:add(wireglass, range, string.format("Wireglass %s: %s", name, title))
end

-- Bytes that are no unit, and why.
local function add_bytes(tree, kind, tvb, at, size, with_header, expert_info, reason)
  local item = add_item(tree, tvb(at, size), kind.name, "bytes")
  if with_header then kind.add_header(item, tvb, at) end
  item:add_proto_expert_info(expert_info, reason)
  return "bytes"
end

local function add_unit(tree, kind, tvb, at, size)
  local item = add_item(tree, tvb(at, size), kind.name, "")
  local title = kind.add(item, tvb, at, size)
  item:append_text(title)
  return title
end

local LOST = "the boundaries were lost before: where a unit begins can no longer be told"
local CUT = "the rest of this unit is missing from the capture"

-- Whether the boundaries of this direction were lost before these bytes. A file is not always read from its
-- beginning to its end, so it is the packet that is remembered; `private` lasts as long as one reading of a packet.
local function is_lost(direction, pinfo)
  local packet = lost[direction]
  return packet ~= nil and (pinfo.number > packet or pinfo.private["wireglass_lost"] ~= nil)
end

local function lose(direction, pinfo)
  lost[direction] = math.min(lost[direction] or pinfo.number, pinfo.number)
  pinfo.private["wireglass_lost"] = "lost"
end

-- The unit at `at`: its title and where the next one begins. No title when more bytes are needed.
local function next_unit(kind, direction, tvb, pinfo, tree, at)
  local left = tvb:len() - at
  if is_lost(direction, pinfo) then
    return add_bytes(tree, kind, tvb, at, left, false, malformed, LOST), tvb:len()
  end
  local size, reason
  if left >= kind.header then size, reason = kind.measure(tvb, at) end
  if reason ~= nil then
    lose(direction, pinfo)
    return add_bytes(tree, kind, tvb, at, kind.header, true, malformed, reason), at + kind.header
  end
  if size ~= nil and size <= left then return add_unit(tree, kind, tvb, at, size), at + size end
  if wait_for(pinfo, tvb, at, size and size - left or ONE_MORE_SEGMENT) then return nil end
  return add_bytes(tree, kind, tvb, at, left, left >= kind.header, incomplete, CUT), tvb:len()
end

local function show_titles(pinfo, titles)
  if #titles == 0 then return end
  -- Several records of TLS in one packet come one by one; what was shown of the first of them stays.
  local again = pinfo.private["wireglass"] ~= nil
  pinfo.private["wireglass"] = "shown"
  pinfo.cols.protocol:set("Wireglass")
  pinfo.cols.info:clear()
  pinfo.cols.info:append((again and ", " or "") .. table.concat(titles, ", "))
  pinfo.cols.info:fence()
end

local function dissect(tvb, pinfo, tree, layer)
  if tvb:len() == 0 then return 0 end
  local stream, direction = names_of(pinfo, layer)
  local name = kind_of(stream, tvb, pinfo, layer)
  if name == nil then return 0 end
  if name == "tls" then return layer == "tcp" and Dissector.get("tls"):call(tvb, pinfo, tree) or 0 end
  if name == "undecided" then return wait_for(pinfo, tvb, 0, ONE_MORE_SEGMENT) and tvb:len() or 0 end
  local titles, at = {}, 0
  while at < tvb:len() do
    local title, after = next_unit(KINDS[name], direction, tvb, pinfo, tree, at)
    if title == nil then break end
    titles[#titles + 1] = title
    at = after
  end
  show_titles(pinfo, titles)
  return tvb:len()
end

-- ---------------------------------------------------------------------------------------------------------------
-- Where Wireshark calls

function wireglass.dissector(tvb, pinfo, tree)
  return dissect(tvb, pinfo, tree, "tcp")
end

function inside_tls.dissector(tvb, pinfo, tree)
  return dissect(tvb, pinfo, tree, "tls")
end

local function looks_like_ours(tvb)
  if tvb:len() < LOOK_AT then return false end
  local found = detect(tvb(0, LOOK_AT):raw())
  return found == "frame" or found == "psk"
end

wireglass:register_heuristic("tcp", function(tvb, pinfo, tree)
  if not looks_like_ours(tvb) then return false end
  dissect(tvb, pinfo, tree, "tcp")
  pinfo.conversation = wireglass
  return true
end)

-- TLS asks again for every record, so the connection is known by its name.
inside_tls:register_heuristic("tls", function(tvb, pinfo, tree)
  local kind = kinds[names_of(pinfo, "tls")]
  if kind ~= "frame" and kind ~= "psk" and not looks_like_ours(tvb) then return false end
  dissect(tvb, pinfo, tree, "tls")
  return true
end)

for port in pairs(PORTS.tcp) do DissectorTable.get("tcp.port"):add(port, wireglass) end
for port in pairs(PORTS.tls) do
  DissectorTable.get("tcp.port"):add(port, Dissector.get("tls"))
  DissectorTable.get("tls.port"):add(port, inside_tls)
end
