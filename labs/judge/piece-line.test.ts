/** When a piece that owes an answer counts as hung. */
import { describe, expect, it } from 'vitest';
import { PieceLine } from './piece-line.ts';

const QUESTION = { kind: 'callback', callback: { id: 1, callback: 0, args: [] } } as const;

function lineThatOwes(): { line: PieceLine; isLost: () => boolean } {
  let lost = false;
  const line = new PieceLine({
    send: () => undefined,
    exports: [],
    time: 1_000,
    onTrespass: () => undefined,
    onLost: () => (lost = true),
  });
  line.loaded().catch(() => undefined);
  return { line, isLost: () => lost };
}

describe('a piece that owes an answer', () => {
  it('is hung when it has been silent for too long', () => {
    const { line, isLost } = lineThatOwes();
    for (let i = 0; i < 20; i++) line.passed(50);
    expect(isLost()).toBe(false);
    line.passed(50);
    expect(isLost()).toBe(true);
  });

  it('has more time while it asks the judge, but not for ever', () => {
    const { line, isLost } = lineThatOwes();
    const talk = (): void => {
      line.hear(QUESTION);
      line.passed(50);
    };
    for (let i = 0; i < 80; i++) talk();
    expect(isLost()).toBe(false);
    talk();
    expect(isLost()).toBe(true);
  });
});
