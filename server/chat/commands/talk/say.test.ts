/** Which of an account's connections is told that a message has been stored. */
import { describe, expect, it } from 'vitest';
import type { ClientMessage } from '#protocol/messages';
import { Stage, WITH_ACCOUNTS } from '../../../../test/support/chat/stage.ts';

const say: ClientMessage = { type: 'say', text: 'hi', ref: 'a' };

/** Ana on the connections 1 and 2, in the lobby, with a message of connection 1 on its way into the store. */
function twoWindows(): Stage {
  const stage = new Stage({ policy: WITH_ACCOUNTS });
  stage.addAccount('ana');
  stage.arrive(1, 'ana').arrive(2, 'ana');
  stage.hold = true;
  stage.say(1, say);
  for (const id of [1, 2]) stage.take(id);
  return stage;
}

describe('a message of an account', () => {
  it('is acknowledged on the connection that said it, and broadcast to the others', () => {
    const stage = twoWindows().release();
    expect([stage.types(1), stage.types(2)]).toEqual([['ack'], ['message']]);
  });

  it('is acknowledged where it was sent last, as the first connection may be lost without anyone knowing', () => {
    const stage = twoWindows().say(2, say).release();
    expect([stage.types(1), stage.types(2)]).toEqual([['message'], ['ack']]);
    expect(stage.commits.length).toBe(1);
  });

  it('is broadcast to the other connections when its own is gone, and acknowledged when it is sent again', () => {
    const stage = twoWindows().disconnect(1).release();
    expect(stage.take(2)).toMatchObject([{ type: 'message', from: 'ana' }]);
    stage.arrive(3, 'ana').take(3);
    stage.say(3, say);
    expect(stage.take(3)).toMatchObject([{ type: 'ack', ref: 'a' }]);
  });

  it('is refused where it was sent last if it could not be stored', () => {
    const stage = twoWindows().say(2, say);
    stage.perform(stage.core.commitFailed(stage.commits.splice(0)));
    expect([stage.take(1), stage.take(2)]).toMatchObject([[], [{ code: 'storage_failed', ref: 'a' }]]);
  });
});
