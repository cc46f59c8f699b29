import { describe, expect, it } from 'vitest';
import { HelpCalls } from './help.ts';

describe('asking for help', () => {
  it('keeps the turn of whoever asks again, and begins anew after it has ended', () => {
    const help = new HelpCalls();
    expect([help.ask(1, 1_000), help.ask(1, 2_000), help.sinceOf(1)]).toEqual([true, false, 1_000]);
    expect([help.end(1), help.end(1), help.sinceOf(1)]).toEqual([true, false, undefined]);
    expect([help.ask(1, 3_000), help.sinceOf(1), help.sinceOf(2)]).toEqual([true, 3_000, undefined]);
  });
});
