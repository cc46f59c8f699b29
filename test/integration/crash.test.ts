/** A short run of the soak `crash`, and evidence that it would notice a loss. */
import { describe, expect, it } from 'vitest';
import { crash } from '../soak/crash.ts';
import { findLoss } from '../soak/talkers.ts';

describe('kill -9 under load', () => {
  it('loses, doubles and reorders nothing that was acknowledged, five times in a row', async () => {
    const outcome = await crash.run({ rounds: 5, minutes: Infinity }, () => undefined);
    expect(outcome).toMatch(/^5 kills; [1-9]/);
  }, 180_000);
});

describe('the check after a kill', () => {
  const stored = (...texts: string[]) => texts.map((text, at) => ({ id: at + 1, text }));
  const account = (acks: readonly [number, number][], said = 3) => ({ name: 'a', said, acks: new Map(acks) });

  it.each([
    ['nothing was stored yet', stored(), account([])],
    ['the last ones did not arrive', stored('a 1', 'b 1', 'a 2'), account([[1, 1]])],
    ['the others belong to another sender', stored('b 2', 'a 1', 'ab 1'), account([[1, 2]])],
  ])('is content when %s', (_, messages, of) => expect(findLoss(messages, of)).toBeUndefined());

  it.each([
    ['an acknowledged one is lost', stored('a 1'), account([[2, 9]]), 'a 2 was acknowledged and is lost'],
    ['one is stored twice', stored('a 1', 'a 1'), account([]), 'a 1 is stored twice or too late, as 2'],
    ['the order is different', stored('a 2', 'a 1'), account([]), 'a 1 is missing before a 2'],
    ['one has another id', stored('a 1'), account([[1, 7]]), 'a 1 was acknowledged as 7 and is stored as 1'],
    [
      'more are stored than were said',
      stored('a 1', 'a 2'),
      account([], 1),
      'a said 1 messages and 2 are stored',
    ],
  ])('notices when %s', (_, messages, of, loss) => expect(findLoss(messages, of)).toBe(loss));
});
