import { describe, expect, it } from 'vitest';
import { concat, fromHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import type { Field } from '#protocol/field';
import { CLIENT_MESSAGES } from '#protocol/messages';
import { FrameLayer } from './frame.ts';
import type { Unit } from '../layer.ts';

const frame = (json: string): Uint8Array => encodeFrame(utf8(json));
const flat = (fields: readonly Field[], depth = 0): string[] =>
  fields.flatMap((field) => [
    `${'  '.repeat(depth)}${field.start}-${field.end} ${field.name} = ${field.value}`,
    ...flat(field.children ?? [], depth + 1),
  ]);
const only = (units: readonly Unit[]): Unit => {
  expect(units).toHaveLength(1);
  return units[0] as Unit;
};

describe('a frame', () => {
  it('is one unit, its message in fields at their bytes', () => {
    const unit = only(new FrameLayer().push('c2s', frame('{"type":"say","text":"hi","room":"lobby"}')));
    expect(unit).toMatchObject({ title: 'say', state: 'clear', reason: '', offset: 0 });
    expect(flat(unit.fields)).toEqual([
      '0-4 length = 41',
      '4-45 payload = {"type":"say","text":"hi","room":"lobby"}',
      '  12-17 type = say',
      '  25-29 text = hi',
      '  37-44 room = lobby',
    ]);
  });

  it('takes the notes of its fields from the schemas of the protocol', () => {
    const unit = only(new FrameLayer().push('c2s', frame('{"type":"say","text":"hi","room":"lobby","x":1}')));
    const notes = Object.fromEntries(unit.fields[1]?.children?.map(({ name, note }) => [name, note]) ?? []);
    expect(notes).toEqual({
      type: 'Says something in a room.',
      text: 'What was said.',
      room: 'The room; when left out, the one joined last (for join: the lobby). `@name` is the private conversation with that member.',
      x: 'Not a field of this protocol: the receiver ignores it.',
    });
    expect(Object.keys(CLIENT_MESSAGES.say.entries)).toContain('room');
  });

  it('shows what stands inside lists, with notes', () => {
    const json = '{"type":"rooms","rooms":[{"name":"a","members":2}]}';
    const unit = only(new FrameLayer().push('s2c', frame(json)));
    expect(flat(unit.fields[1]?.children ?? [])).toEqual([
      '12-19 type = rooms',
      '28-54 rooms = 1 item',
      '  29-53 [0] = 2 fields',
      '    37-40 name = a',
      '    51-52 members = 2',
    ]);
    expect(unit.fields[1]?.children?.[1]?.children?.[0]?.children?.[0]?.note).toBe('Name of a room.');
  });

  it.each([
    ['no JSON', '{"type":', 'malformed', /not JSON/],
    ['no object', '[1]', 'malformed', /expected a JSON object/],
    ['an unknown type', '{"type":"shout"}', 'shout', /no message of this type/],
    ['a missing field', '{"type":"say"}', 'say', /a field text/],
    ['the other side’s type', '{"type":"welcome"}', 'welcome', /no message of this type/],
  ])('is malformed for the reason its receiver has: %s', (_name, json, title, reason) => {
    const layer = new FrameLayer();
    expect(only(layer.push('c2s', frame(json)))).toMatchObject({ title, state: 'malformed' });
    expect(only(layer.push('c2s', frame(json))).reason).toMatch(reason);
    expect(only(layer.push('c2s', frame('{"type":"bye"}')))).toMatchObject({ title: 'bye', state: 'clear' });
  });

  it('marks where ill-formed UTF-8 begins', () => {
    const unit = only(
      new FrameLayer().push('c2s', encodeFrame(concat([utf8('{"type":"'), fromHex('ff'), utf8('"}')]))),
    );
    expect(unit.reason).toMatch(/not well-formed UTF-8/);
    expect(unit.fields[1]?.children).toMatchObject([{ name: 'fault', start: 12, end: 16, malformed: true }]);
  });

  it('keeps the boundary and offset of each direction', () => {
    const layer = new FrameLayer();
    const bytes = concat([frame('{"type":"bye"}'), frame('{"type":"ping"}')]);
    expect(layer.push('c2s', bytes.subarray(0, 3))).toEqual([]);
    expect(layer.pending('c2s')).toBe(3);
    expect(layer.push('s2c', frame('{"type":"pong"}')).map(({ title, offset }) => [title, offset])).toEqual([
      ['pong', 0],
    ]);
    expect(layer.push('c2s', bytes.subarray(3)).map(({ title, offset }) => [title, offset])).toEqual([
      ['bye', 0],
      ['ping', 18],
    ]);
    expect(layer.pending('c2s')).toBe(0);
  });

  it.each([
    ['00000000', 'a frame must carry at least one byte'],
    ['00010001', 'the announced frame length is above the cap (65537, at most 65536)'],
    ['47455420', 'the announced frame length is above the cap (1195725856, at most 65536)'],
  ])('loses its boundaries at %s, and shows the rest as it comes', (header, reason) => {
    const layer = new FrameLayer();
    const units = layer.push('c2s', concat([fromHex(header), utf8('rest')]));
    expect(units.map((unit) => [unit.title, unit.state, unit.bytes.length])).toEqual([
      ['bytes', 'malformed', 4],
      ['bytes', 'malformed', 4],
    ]);
    expect(units[0]?.reason).toBe(reason);
    expect(only(layer.push('c2s', utf8('more')))).toMatchObject({
      offset: 8,
      reason: expect.stringMatching(/boundaries were lost/) as string,
    });
  });

  it('says that the end came too early', () => {
    const layer = new FrameLayer();
    layer.push('c2s', frame('{"type":"bye"}').subarray(0, 10));
    expect(only(layer.end('c2s'))).toMatchObject({
      state: 'malformed',
      reason: expect.stringMatching(/ended in the middle/) as string,
    });
    expect(layer.end('s2c')).toEqual([]);
  });
});
