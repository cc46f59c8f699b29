import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownFields } from '#dissect/fields/known-fields';
import { wiresharkFields } from '#wireshark/fields';
import { dissector } from '#wireshark/dissector';
import { luaValue } from '#wireshark/lua';
import { ROOT } from './sources.ts';

describe('the Wireshark dissector', () => {
  const text = dissector();

  it('is made of our tables and core.lua, and is not among the sources', () => {
    const core = readFileSync(join(ROOT, 'inspector/wireshark/core.lua'), 'utf8');
    expect(text.endsWith(core)).toBe(true);
    expect(text.slice(0, -core.length)).toContain('[12] = "bad_record_mac"');
    expect(existsSync(join(ROOT, 'inspector/wireshark/wireglass.lua'))).toBe(false);
  });

  it('asks only for fields that are registered', () => {
    const paths = new Set(wiresharkFields().map(({ path }) => path));
    const asked = [...text.matchAll(/fields\["([\w.]+)"\]/g)].map(([, path]) => path as string);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((path) => !paths.has(path))).toEqual([]);
  });

  it('gives every field a name that Wireshark accepts, once, and a note', () => {
    const fields = wiresharkFields();
    const paths = fields.map(({ path }) => path);
    expect(paths).toEqual([...new Set(paths)]);
    expect(paths.filter((path) => !/^(frame|psk|msg)(\.[a-z][a-z0-9_]*)+$/.test(path))).toEqual([]);
    expect(fields.filter(({ note }) => note === '')).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining(['frame.length', 'msg.type', 'msg.messages.id', 'psk.client_nonce', 'psk.tag']),
    );
  });
});

it('the dissector names the fields that our own filters know', () => {
  const known = new Set(knownFields().map(({ path }) => path));
  // Where reading stopped: no format has such a field.
  const ours = wiresharkFields().flatMap(({ path }) => (path.endsWith('.fault') ? [] : [path]));
  expect(ours.filter((path) => !known.has(path))).toEqual([]);
  // Only a holder of the key sees the code of a sealed alert, and Wireshark does not have the key.
  known.delete('psk.ciphertext.code');
  expect([...known].filter((path) => /^(frame|psk|msg)\./.test(path)).sort()).toEqual(ours.sort());
});

describe('values as Lua', () => {
  it.each([
    ['a text with "quotes" and a \\', String.raw`"a text with \"quotes\" and a \\"`],
    [{ a: 1, end: true, 'two words': [] }, '{ a = 1, ["end"] = true, ["two words"] = {} }'],
    [new Map([[21, 'alert']]), '{ [21] = "alert" }'],
  ])('%j', (value, lua) => expect(luaValue(value)).toBe(lua));

  it('have no control characters', () => expect(() => luaValue('a\nb')).toThrow(RangeError));
});
