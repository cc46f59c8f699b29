import { describe, expect, it } from 'vitest';
import { FREE, afterNotice, orderLine, secondsToWait, spokeBefore } from './speaking.ts';

describe('who may speak', () => {
  it('follows the notices of the room', () => {
    const locked = afterNotice(FREE, { event: 'locked' });
    expect(locked).toEqual({ locked: true, slow: 0 });
    expect(afterNotice(FREE, { event: 'slowed', seconds: 30 })).toEqual({ locked: false, slow: 30 });
    expect(afterNotice({ locked: true, slow: 30 }, { event: 'unlocked' })).toEqual({
      locked: false,
      slow: 30,
    });
    expect(afterNotice({ locked: true, slow: 30 }, { event: 'slowed', seconds: 0 })).toEqual({
      locked: true,
      slow: 0,
    });
    expect(afterNotice(FREE, { event: 'kicked' })).toBeUndefined();
  });

  it('is said where not everyone may speak at any time', () => {
    expect(orderLine(FREE, false)).toBe('');
    expect(orderLine({ locked: true, slow: 5 }, false)).toContain('you cannot speak');
    expect(orderLine({ locked: true, slow: 5 }, true)).not.toContain('you cannot');
    expect(orderLine({ locked: false, slow: 1 }, false)).toBe('Slow mode: 1 second between two messages.');
  });

  it('is a matter of time in slow mode alone', () => {
    const slow = { locked: false, slow: 30 };
    expect(secondsToWait(slow, 10_000, 38_001)).toBe(2);
    expect(secondsToWait(slow, 10_000, 40_000)).toBe(0);
    expect(secondsToWait(slow, 10_000, 9_500)).toBe(30);
    expect(secondsToWait({ ...slow, slow: 5 }, 10_000, 16_000)).toBe(0);
    expect(secondsToWait(FREE, 10_000, 0)).toBe(0);
    expect(secondsToWait(slow, spokeBefore(slow, 12, 10_000), 10_000)).toBe(12);
  });
});
