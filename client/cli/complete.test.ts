import { describe, expect, it } from 'vitest';
import { complete } from './complete.ts';

const surroundings = {
  client: {
    name: 'ana',
    joinedRooms: ['lobby', 'den'],
    members: () => ({ names: ['ana', 'ben', 'Bea', 'cem'], count: 4 }),
  },
  rooms: ['lobby', '@dora'],
};
const found = (line: string): string[] => complete(line, surroundings)[0];

describe('Tab', () => {
  it.each([
    ['/lo', ['/login ', '/logout ', '/lock ']],
    ['/2', ['/2fa ']],
    ['/wire t', ['tls', 'tls+psk']],
    ['/join d', ['den']],
    ['/join #d', ['#den']],
    ['/join @d', ['@dora ']],
    ['/msg b', ['ben ', 'Bea ']],
    ['/msg @B', ['@ben ', '@Bea ']],
    ['/msg ben hi c', ['cem ']],
    ['/mute ben 10', []],
    ['/appoint ben mo', ['moderator']],
    ['/revoke o', ['others']],
    ['/2fa o', ['on', 'off']],
    ['/create den i', ['invite']],
    ['/help un', ['uninvite', 'unread', 'unmute', 'unban', 'unlock']],
    ['/uninvite b', ['ben ', 'Bea ']],
    ['/remove #d', ['#den']],
    ['/history m', ['more']],
    ['/quit x', []],
    ['be', ['ben: ', 'Bea: ']],
    ['hello be', ['ben ', 'Bea ']],
    ['hello @do', ['@dora ']],
    ['see #de', ['#den']],
    ['an', []],
    ['', []],
  ])('makes of %o: %o', (line, candidates) => {
    expect(found(line).toSorted()).toEqual(candidates.toSorted());
  });

  it('replaces the last word only', () => {
    expect(complete('/msg ben hi ce', surroundings)[1]).toBe('ce');
  });
});
