/** Values as Lua source. Keys are never sorted: the same tables give the same text. */

export type LuaValue =
  | string
  | number
  | boolean
  | readonly LuaValue[]
  | ReadonlyMap<number, LuaValue>
  | { readonly [name: string]: LuaValue };

const WIDTH = 110;

/** One `local NAME = …` statement. */
export function luaLocal(name: string, value: LuaValue): string {
  return `local ${name} = ${luaValue(value)}`;
}

/** An expression of Lua 5.1 to 5.4; a table takes one line if it fits. */
export function luaValue(value: LuaValue, indent = ''): string {
  if (typeof value === 'string') return luaString(value);
  if (typeof value !== 'object') return String(value);
  const deeper = `${indent}  `;
  const entries = entriesOf(value, deeper);
  const line = `{ ${entries.join(', ')} }`;
  if (indent.length + line.length <= WIDTH && !line.includes('\n')) return entries.length === 0 ? '{}' : line;
  return `{\n${entries.map((entry) => `${deeper}${entry},\n`).join('')}${indent}}`;
}

/** Text in quotes, as UTF-8. Throws `RangeError` on control characters, which no table contains. */
export function luaString(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new RangeError('a control character in a text for Lua');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function entriesOf(value: Extract<LuaValue, object>, indent: string): string[] {
  if (value instanceof Map) {
    return [...(value as ReadonlyMap<number, LuaValue>)].map(
      ([key, item]) => `[${key}] = ${luaValue(item, indent)}`,
    );
  }
  if (Array.isArray(value)) return (value as readonly LuaValue[]).map((item) => luaValue(item, indent));
  return Object.entries(value as Record<string, LuaValue>).map(
    ([key, item]) => `${luaKey(key)} = ${luaValue(item, indent)}`,
  );
}

const KEYWORDS = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);

function luaKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) && !KEYWORDS.has(key) ? key : `[${luaString(key)}]`;
}
