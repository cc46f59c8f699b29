import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseKeyFile } from '#channel/psk/keys';
import { removed, rotated } from './key-file.ts';

const OLD = `old:${'11'.repeat(32)}`;
const NEW = `new:${'22'.repeat(32)}`;
const OTHER = `other:${'33'.repeat(32)}`;
const UNTIL = Date.UTC(2030, 11, 31, 23, 59, 59);
const NOW = Date.UTC(2030, 0, 1);

it('puts the new key first, and adds an end to the previous one', () => {
  const text = `# keys\n${OLD}\n\n${OTHER}\n`;
  expect(rotated(text, { entry: NEW, until: UNTIL })).toBe(
    `# keys\n${NEW}\n${OLD} until=2030-12-31T23:59:59Z\n\n${OTHER}\n`,
  );
});

it('keeps an earlier end, and moves a later one forward', () => {
  const earlier = `${OLD} until=2030-06-01T00:00:00Z`;
  expect(rotated(earlier, { entry: NEW, until: UNTIL })).toBe(`${NEW}\n${earlier}`);
  expect(rotated(`${OLD} until=2031-06-01T00:00:00Z`, { entry: NEW, until: UNTIL })).toBe(
    `${NEW}\n${OLD} until=2030-12-31T23:59:59Z`,
  );
});

it('removes a key, but never the last valid one', () => {
  const ended = `${OTHER} until=2029-01-01T00:00:00Z`;
  expect(removed(`${NEW}\n${OLD}\n# end\n`, 'old', NOW)).toBe(`${NEW}\n# end\n`);
  expect(removed(`${NEW}\n${ended}\n`, 'other', NOW)).toBe(`${NEW}\n`);
  expect(() => removed(`${NEW}\n${ended}\n`, 'new', NOW)).toThrow('the only valid key');
  expect(() => removed(`${NEW}\n`, 'old', NOW)).toThrow('there is no key "old"');
});

it('reads back, however often keys are rotated: newest first, all others with an end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.constantFrom('\n', '\r\n'), (times, lineEnd) => {
      let text = `# a comment${lineEnd}${OLD}${lineEnd}`;
      for (let i = 0; i < times; i++)
        text = rotated(text, { entry: `k${i}:${'44'.repeat(32)}`, until: UNTIL });
      const [first, ...others] = parseKeyFile(text);
      expect(first?.id).toBe(`k${times - 1}`);
      expect(first?.until).toBeUndefined();
      expect(others.map(({ until }) => until)).toEqual(others.map(() => UNTIL));
      expect(others).toHaveLength(times);
    }),
  );
});
