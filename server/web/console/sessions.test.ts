import { describe, expect, it } from 'vitest';
import { CONSOLE } from './caps.ts';
import { ConsoleSessions } from './sessions.ts';

function desk() {
  let now = 1_000_000;
  const sessions = new ConsoleSessions({ clock: () => now });
  const open = () => {
    const opened = sessions.open(sessions.newLink().token);
    if (!opened) throw new Error('the link does not open');
    return opened;
  };
  return { sessions, open, pass: (time: number) => (now += time) };
}

describe('a link', () => {
  it('has 256 bits and opens the console once', () => {
    const { sessions } = desk();
    const { token } = sessions.newLink();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(sessions.open(token)?.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(sessions.open(token)).toBeUndefined();
  });

  it('opens nothing if it is wrong, empty or too old', () => {
    const { sessions, pass } = desk();
    const { token } = sessions.newLink();
    expect(sessions.open('')).toBeUndefined();
    expect(sessions.open(`${token.slice(0, -1)}x`)).toBeUndefined();
    pass(CONSOLE.linkTime);
    expect(sessions.open(token)).toBeUndefined();
  });

  it('is the oldest of too many: it ends', () => {
    const { sessions } = desk();
    const tokens = Array.from({ length: CONSOLE.links + 1 }, () => sessions.newLink().token);
    expect(sessions.open(tokens[0] ?? '')).toBeUndefined();
    expect(sessions.open(tokens[1] ?? '')).toBeDefined();
  });
});

describe('a session', () => {
  it('is not found by the token of its link, nor by its hash', () => {
    const { sessions } = desk();
    const { token } = sessions.newLink();
    const { secret = '' } = sessions.open(token) ?? {};
    expect(sessions.find(secret)).toBeDefined();
    for (const wrong of [undefined, '', token, secret.toUpperCase()])
      expect(sessions.find(wrong)).toBeUndefined();
  });

  it('ends when nobody uses it, and at its end even if somebody does', () => {
    const { sessions, open, pass } = desk();
    const idle = open();
    pass(CONSOLE.idleTime - 1);
    expect(sessions.find(idle.secret)).toBeDefined();
    pass(CONSOLE.idleTime);
    expect(sessions.find(idle.secret)).toBeUndefined();
    const busy = open();
    for (let time = 0; time + 1_000_000 < CONSOLE.sessionTime; time += 1_000_000) {
      pass(1_000_000);
      expect(sessions.find(busy.secret)).toBeDefined();
    }
    pass(1_000_000);
    expect(sessions.find(busy.secret)).toBeUndefined();
  });

  it('ends alone or with all others, and those who watch it are told', () => {
    const { sessions, open } = desk();
    const [one, two, three] = [open(), open(), open()];
    const told: string[] = [];
    sessions.watch(one.session, () => told.push('one'));
    const unwatch = sessions.watch(two.session, () => told.push('two'));
    sessions.watch(three.session, () => told.push('three'));
    sessions.end(one.secret);
    expect([told, sessions.count]).toEqual([['one'], 2]);
    unwatch();
    sessions.endAll();
    expect([told, sessions.count]).toEqual([['one', 'three'], 0]);
  });

  it('makes room when there are too many, if it has been idle for longest', () => {
    const { sessions, open, pass } = desk();
    const first = open();
    pass(1);
    const second = open();
    pass(1);
    sessions.find(first.secret);
    for (let more = 2; more <= CONSOLE.sessions; more++) open();
    expect(sessions.count).toBe(CONSOLE.sessions);
    expect(sessions.find(second.secret)).toBeUndefined();
    expect(sessions.find(first.secret)).toBeDefined();
  });
});
