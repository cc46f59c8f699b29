-- ---------------------------------------------------------------------------------------------------------------
-- Fields

local wireglass = Proto("wireglass", "Wireglass")
-- TLS passes its content to this protocol. It shows nothing of its own: what it finds is shown as `wireglass`.
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
local weak =
  ProtoExpert.new("wireglass.weak", "Weak suite", expert.group.SECURITY or expert.group.PROTOCOL, expert.severity.WARN)
wireglass.experts = { malformed, incomplete, weak }

-- ---------------------------------------------------------------------------------------------------------------
-- Text

local REPLACEMENT = "\239\191\189"
local NUL_SYMBOL = "\226\144\128"

-- Length of the well-formed UTF-8 sequence at `at`; else nil, and how many bytes one replacement character stands for.
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

-- Text as it may be shown: Wireshark wants UTF-8, and cuts a text at its first zero byte.
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
-- JSON with positions. Ranges count from 0 and do not include the byte at `stop`.

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

-- The character of the escape whose backslash is at `at`, and where reading continues; nil for an unknown escape.
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

-- The text of a string from between its quotes. `start` is the position given in a fault.
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

-- True after the closing bracket; false if another member must follow.
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
    if scanner.at < #text then scanner:fail("there is something after the JSON text") end
    return node
  end)
  if ok then return result end
  -- Anything but our own fault is a mistake in this file, which Wireshark must report.
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

-- The value for a field of this kind, or nil if it has another type.
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
    -- Not a field of the protocol, or of another type: it has no name to filter by.
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

-- Adds the message in the payload, which begins `at` bytes into `tvb`. Returns its title.
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

-- Length of the whole frame that begins at `at`, or nil and why there is none.
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

-- Where a part of fixed place begins in a record.
local function place_of(layout, name)
  local at = 12
  for _, part in ipairs(layout) do
    if part.name == name then return at end
    at = at + part.size
  end
end

local SUITE_AT = place_of(LAYOUTS.server_hello, "suite")

function KINDS.psk.measure(tvb, at)
  local kind, length = tvb(at, 1):uint(), tvb(at + 1, 3):uint()
  if PSK_NAMES[kind] == nil then return nil, MEANINGS.not_psk end
  local sealable = kind == TYPE_ALERT or kind == TYPE_DATA
  local cap = sealable and SEALED_CAP or MAX_HANDSHAKE
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

-- Parts whose bytes are shown as text.
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

local function fixed_size(layout)
  local sum = 0
  for _, part in ipairs(layout) do sum = sum + (part.size or 0) end
  return sum
end

-- Adds the parts of a layout and returns where they end. If they do not fit, adds none and returns where and why.
local function add_layout(item, layout, tvb, at, stop)
  local values, places, start = {}, {}, at
  local spare = math.max(0, stop - at - fixed_size(layout))
  for _, part in ipairs(layout) do
    local size = part.rest and spare or part.size or values[part.length]
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

-- The suites that were agreed, for each stream in the order of their packets. A port may be used again.
local agreed = {}

local function agree(stream, packet, suite)
  local known = agreed[stream] or {}
  agreed[stream] = known
  for _, entry in ipairs(known) do
    if entry.packet == packet then return end
  end
  known[#known + 1] = { packet = packet, suite = suite }
end

-- The parts of a sealed body in this packet.
local function body_of(stream, packet)
  local layout
  for _, entry in ipairs(agreed[stream] or {}) do
    if entry.packet <= packet then layout = BODIES[entry.suite] end
  end
  return layout or UNKNOWN_BODY
end

local function add_sealed(item, tvb, at, size, place)
  local layout = body_of(place.stream, place.packet)
  local needed, left = fixed_size(layout), size - 12
  if left >= needed then return add_layout(item, layout, tvb, at + 12, at + size) end
  local text = string.format("the suite needs %d byte%s, %d left", needed, needed == 1 and "" or "s", left)
  fault(item, "psk.fault", tvb(at + 12, left), text)
end

local function add_choice(item, tvb, at, place)
  local suite = tvb(at + SUITE_AT, 1):uint()
  agree(place.stream, place.packet, suite)
  if WEAK[suite] ~= nil then item:add_proto_expert_info(weak, WEAK[suite]) end
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

function KINDS.psk.add(item, tvb, at, size, place)
  local kind = tvb(at, 1):uint()
  local name = PSK_NAMES[kind]
  KINDS.psk.add_header(item, tvb, at)
  -- An alert is one byte in the clear; a sealed one is much longer in every suite.
  if kind == TYPE_DATA or (kind == TYPE_ALERT and size >= 12 + SEALED_LEAST) then
    add_sealed(item, tvb, at, size, place)
    return name
  end
  if kind == PSK_TYPE.server_hello and size > SUITE_AT then add_choice(item, tvb, at, place) end
  add_clear(item, name, tvb, at, size)
  if kind ~= TYPE_ALERT or size <= 12 then return name end
  return "alert: " .. (ALERTS[tvb(at + 12, 1):uint()] or "internal")
end

-- ---------------------------------------------------------------------------------------------------------------
-- Streams

-- The protocol of a stream is decided once, by its first bytes, with the rules of inspector/dissect/streams/detect.ts.
local LOOK_AT = 12

local function detect(header)
  local first, second = header:byte(1, 2)
  if second ~= nil and first >= 0x14 and first <= 0x17 and second == 0x03 then return "tls" end
  if #header < LOOK_AT then return (first == 0x00 or PSK_NAMES[first]) and "undecided" or nil end
  local b2, b3, b4, b5, b6 = header:byte(2, 6)
  local psk_length = b2 * 65536 + b3 * 256 + b4
  if PSK_NAMES[first] then
    return psk_length > 0 and psk_length <= SEALED_CAP and b5 == 0 and b6 == 0 and "psk" or nil
  end
  local length = first * 16777216 + psk_length
  return length > 0 and length <= MAX_FRAME and b5 == 0x7b and "frame" or nil
end

local kinds, lost = {}, {}

-- Called before a file is read from its beginning.
function wireglass.init()
  kinds, lost, agreed = {}, {}, {}
end

-- Names of the connection and of its direction. Not every pass that Wireshark makes over a file knows the number of the
-- stream, but addresses and ports are always known.
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

-- True if Wireshark will call again with more bytes from `offset` on.
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

-- Adds bytes that are not a unit, and why.
local function add_bytes(tree, kind, tvb, at, size, with_header, expert_info, reason)
  local item = add_item(tree, tvb(at, size), kind.name, "bytes")
  if with_header then kind.add_header(item, tvb, at) end
  item:add_proto_expert_info(expert_info, reason)
  return "bytes"
end

local function add_unit(tree, kind, tvb, at, size, place)
  local item = add_item(tree, tvb(at, size), kind.name, "")
  local title = kind.add(item, tvb, at, size, place)
  item:append_text(title)
  return title
end

local LOST = "the boundaries were lost before: it is unknown where a unit begins"
local CUT = "the rest of this unit is missing from the capture"

-- Whether the boundaries of this direction were lost before these bytes. A file is not always read from beginning to
-- end, so the packet is remembered; `private` lasts as long as one reading of a packet.
local function is_lost(direction, pinfo)
  local packet = lost[direction]
  return packet ~= nil and (pinfo.number > packet or pinfo.private["wireglass_lost"] ~= nil)
end

local function lose(direction, pinfo)
  lost[direction] = math.min(lost[direction] or pinfo.number, pinfo.number)
  pinfo.private["wireglass_lost"] = "lost"
end

-- The unit at `at`: its title and where the next one begins. No title when more bytes are needed.
local function next_unit(kind, stream, direction, tvb, pinfo, tree, at)
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
  local place = { stream = stream, packet = pinfo.number }
  if size ~= nil and size <= left then return add_unit(tree, kind, tvb, at, size, place), at + size end
  if wait_for(pinfo, tvb, at, size and size - left or ONE_MORE_SEGMENT) then return nil end
  return add_bytes(tree, kind, tvb, at, left, left >= kind.header, incomplete, CUT), tvb:len()
end

local function show_titles(pinfo, titles)
  if #titles == 0 then return end
  -- Several TLS records in one packet come one by one; what was shown for the first of them stays.
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
    local title, after = next_unit(KINDS[name], stream, direction, tvb, pinfo, tree, at)
    if title == nil then break end
    titles[#titles + 1] = title
    at = after
  end
  show_titles(pinfo, titles)
  return tvb:len()
end

-- ---------------------------------------------------------------------------------------------------------------
-- Entry points for Wireshark

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
