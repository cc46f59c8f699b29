import { beforeEach, describe, expect, it } from 'vitest';
import { KeptPages } from './kept-pages.ts';
import type { Loaded, NewMessage } from '#chat/effects';
import { LIMITS } from '#protocol/limits';

const PAGE: Loaded = { messages: [], more: false };
const said = (room: string) => [{ room }] as NewMessage[];
let pages: KeptPages;

beforeEach(() => void (pages = new KeptPages()));

describe('a page that was read', () => {
  it('is kept until something is said in its room', async () => {
    const [lobby, attic] = [
      { room: 'lobby', limit: 50 },
      { room: 'attic', limit: 50 },
    ];
    for (const query of [lobby, attic]) await pages.read(query, () => Promise.resolve({ ...PAGE }));
    expect(pages.find({ ...lobby })).toEqual(PAGE);
    pages.said(said('lobby'));
    expect([pages.find(lobby), pages.find(attic)]).toEqual([undefined, PAGE]);
  });

  it('is kept until any message is changed, because it tells the number of the last change', async () => {
    await pages.read({ room: 'lobby', limit: 50, changes: {} }, () => Promise.resolve(PAGE));
    pages.changed();
    expect(pages.find({ room: 'lobby', limit: 50, changes: {} })).toBeUndefined();
  });

  it.each([
    { room: 'lobby', limit: 50 },
    { room: 'lobby', limit: 49, after: 3 },
    { room: 'lobby', limit: 50, before: 3 },
    { room: 'lobby', limit: 50, after: 3, changes: {} },
    { room: 'lobby', limit: 50, after: 3, changes: { since: 0 } },
  ])('is for one query: not for %o', async (other) => {
    await pages.read({ room: 'lobby', limit: 50, after: 3 }, () => Promise.resolve(PAGE));
    expect(pages.find(other)).toBeUndefined();
  });

  it('is not kept if something was said while it was read', async () => {
    await pages.read({ room: 'lobby', limit: 50 }, () => {
      pages.said(said('lobby'));
      return Promise.resolve(PAGE);
    });
    expect(pages.find({ room: 'lobby', limit: 50 })).toBeUndefined();
  });

  it('makes room for others: the rooms asked for last are kept, each with its last pages', async () => {
    for (let i = 0; i <= LIMITS.keptPageRooms; i++)
      await pages.read({ room: `r${i}`, limit: 50 }, () => Promise.resolve(PAGE));
    expect([pages.find({ room: 'r0', limit: 50 }), pages.find({ room: 'r1', limit: 50 })]).toEqual([
      undefined,
      PAGE,
    ]);
    for (let after = 0; after <= LIMITS.keptPagesOfRoom; after++)
      await pages.read({ room: 'den', limit: 50, after }, () => Promise.resolve(PAGE));
    expect(pages.find({ room: 'den', limit: 50, after: 0 })).toBeUndefined();
    expect(pages.find({ room: 'den', limit: 50, after: 1 })).toBe(PAGE);
  });
});
