import { expect, it } from 'vitest';
import { changedPart } from './changed-part.ts';

it.each([
  ['one two', 'one new two', { from: 4, to: 4, insert: 'new ' }],
  ['one two', 'one', { from: 3, to: 7, insert: '' }],
  ['aaa', 'aaaa', { from: 3, to: 3, insert: 'a' }],
  ['aaaa', 'aa', { from: 2, to: 4, insert: '' }],
  ['', 'all', { from: 0, to: 0, insert: 'all' }],
  ['same', 'same', { from: 4, to: 4, insert: '' }],
  ['abc', 'xyz', { from: 0, to: 3, insert: 'xyz' }],
])('between %j and %j is one part', (before, after, part) => {
  expect(changedPart(before, after)).toEqual(part);
  expect(before.slice(0, part.from) + part.insert + before.slice(part.to)).toBe(after);
});
