import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { SessionMemory, type SessionName } from './session-memory.ts';

const id = (hex: string): SessionName => ({ kind: 'id', value: fromHex(hex) });
const ticket = (hex: string): SessionName => ({ kind: 'ticket', value: fromHex(hex) });
const found = (memory: SessionMemory, flow: number, ...names: SessionName[]): string[] =>
  memory.find(flow, names).map(toHex);

describe('what is remembered of sessions', () => {
  it('is found under each name, and not under the same bytes of another kind', () => {
    const memory = new SessionMemory();
    memory.remember(id('01'), [fromHex('aa')]);
    expect(found(memory, 1, ticket('01'))).toEqual([]);
    expect(found(memory, 1, ticket('01'), id('01'))).toEqual(['aa']);
  });

  it('outdates those who asked in vain, once', () => {
    const memory = new SessionMemory();
    found(memory, 1, id('01'), ticket('02'));
    found(memory, 2, id('03'));
    expect([memory.misses(1), memory.misses(2), memory.misses(3)]).toEqual([true, true, false]);
    memory.remember(ticket('02'), [fromHex('aa')]);
    memory.remember(id('01'), [fromHex('aa')]);
    expect(memory.takeOutdated()).toEqual([1]);
    expect(memory.takeOutdated()).toEqual([]);
    expect([...memory.missing]).toEqual([2]);
  });

  it('does not outdate who is read again, or has found it', () => {
    const memory = new SessionMemory();
    found(memory, 1, id('01'));
    memory.forget(1);
    memory.remember(id('01'), [fromHex('aa')]);
    expect(found(memory, 1, id('01'))).toEqual(['aa']);
    memory.remember(id('01'), [fromHex('aa')]);
    expect(memory.takeOutdated()).toEqual([]);
  });

  it('holds some secrets of one name, and so many names, and no more', () => {
    const memory = new SessionMemory();
    for (let n = 0; n < 20; n++) memory.remember(id('01'), [Uint8Array.of(n)]);
    expect(found(memory, 1, id('01'))).toHaveLength(8);
    for (let n = 0; n < 20_001; n++)
      memory.remember(ticket(n.toString(16).padStart(8, '0')), [fromHex('aa')]);
    expect(found(memory, 1, ticket('00004e00'))).toEqual(['aa']);
    expect(found(memory, 1, ticket('00004e20'))).toEqual([]);
  });
});
