import { describe, expect, it } from 'vitest';
import { TalkStage } from '../../../../test/support/chat/talkers.ts';

const FOX = 'account:1';
const OWL = 'account:2';
const KEY = `@${FOX},${OWL}`;

/** fox on two connections, owl on one, and a guest who takes no part. */
function pair(): TalkStage {
  return new TalkStage().seat(1, 'fox').seat(2, 'fox').seat(3, 'owl').guest(4, 'eve');
}

describe('a private conversation', () => {
  it('is heard by both ends, each under the name of the other, and by nobody else', () => {
    const stage = pair().say(1, { type: 'say', room: '@Owl', text: 'psst', ref: 'r1' });
    const message = {
      type: 'message',
      id: 1,
      from: 'fox',
      account: true,
      text: 'psst',
      ts: 1_000,
      via: 'tls',
    };
    expect(stage.take(1)).toEqual([{ type: 'ack', ref: 'r1', id: 1, room: '@owl', ts: 1_000 }]);
    expect(stage.take(2)).toEqual([{ ...message, room: '@owl' }]);
    expect(stage.take(3)).toEqual([{ ...message, room: '@fox' }]);
    expect(stage.take(4)).toEqual([]);
  });

  it('keeps its order among what the author says elsewhere, even to an account that was never here', () => {
    const stage = pair();
    stage.addAccount('bat');
    stage.hold = true;
    stage.say(1, { type: 'say', room: '@bat', text: 'a' }, { type: 'say', room: 'lobby', text: 'b' });
    stage.release();
    expect(stage.commits.map(({ id, text }) => [id, text])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('has one key for both ends', () => {
    const stage = pair()
      .say(1, { type: 'say', room: '@owl', text: 'psst' })
      .say(3, { type: 'say', room: '@fox', text: 'yes?' });
    expect(stage.commits.map(({ room }) => room)).toEqual([KEY, KEY]);
  });

  it('publishes what both said in one commit once to each end', () => {
    const stage = pair();
    stage.hold = true;
    stage.say(1, { type: 'say', room: '@owl', text: 'a', ref: 'a' });
    stage.say(3, { type: 'say', room: '@fox', text: 'b', ref: 'b' });
    stage.perform(stage.core.committed(stage.commits));
    expect(stage.take(1)).toMatchObject([
      { type: 'ack', ref: 'a', room: '@owl' },
      { type: 'message', room: '@owl', from: 'owl', text: 'b' },
    ]);
    expect(stage.take(3)).toMatchObject([
      { type: 'message', room: '@fox', from: 'fox', text: 'a' },
      { type: 'ack', ref: 'b', room: '@fox' },
    ]);
  });

  it('reaches an account that is away: stored, and marked as unread', () => {
    const stage = pair().disconnect(3).silence();
    stage.say(1, { type: 'say', room: '@owl', text: 'later' });
    expect(stage.take(1)).toMatchObject([{ type: 'ack', room: '@owl' }]);
    stage.seat(5, 'owl').say(5, { type: 'unread', ref: 'u' });
    expect(stage.take(5)).toEqual([
      { type: 'unread', ref: 'u', rooms: [{ room: '@fox', unread: 1, read: 0, last: 1 }] },
    ]);
  });

  it('reaches an account that nobody has seen since the server started', () => {
    const stage = pair();
    stage.addAccount('Yak');
    stage.say(1, { type: 'say', room: '@yak', text: 'hello' }, { type: 'say', room: '@yak', text: 'again' });
    expect(stage.take(1)).toMatchObject([
      { type: 'ack', id: 1, room: '@Yak' },
      { type: 'ack', id: 2, room: '@Yak' },
    ]);
    // One marker for each end, with the first message.
    expect(stage.asked.filter((question) => question === 'markRead')).toHaveLength(2);
  });

  it('goes between guests while both are here', () => {
    const stage = new TalkStage().guest(1, 'ana').guest(2, 'bo');
    stage.say(1, { type: 'say', room: '@bo', text: 'psst' });
    expect(stage.take(2)).toMatchObject([{ type: 'message', room: '@ana', text: 'psst' }]);
    stage.disconnect(2).silence().say(1, { type: 'say', room: '@bo', text: 'bo?', ref: 'r' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'no_such_member', ref: 'r', room: '@bo' }]);
    expect(stage.commits).toHaveLength(1);
  });

  it.each(['@nobody', '@', '@fox', '@no body'])('is refused with %s', (room) => {
    const stage = pair().say(1, { type: 'say', room, text: 'x', ref: 'r' });
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'no_such_member', ref: 'r', room }]);
  });

  it('means the account, not a guest who had the name before', () => {
    const stage = new TalkStage().seat(1, 'fox').guest(2, 'owl');
    stage.addAccount('owl');
    stage.take(2);
    stage.say(1, { type: 'say', room: '@owl', text: 'for the account' });
    expect(stage.commits).toMatchObject([{ room: KEY }]);
    expect(stage.take(2)).toEqual([]);
  });

  it('is refused before the first join', () => {
    const stage = pair().connect(9).silence().say(9, { type: 'say', room: '@fox', text: 'x' });
    expect(stage.take(9)).toMatchObject([{ type: 'error', code: 'not_joined', room: '@fox' }]);
  });

  it('is not a room that one can join, create or leave', () => {
    const stage = pair().say(
      1,
      { type: 'join', room: '@owl' },
      { type: 'create', room: '@owl', access: 'public', ref: 'c' },
      { type: 'leave', room: '@owl' },
    );
    expect(stage.take(1)).toMatchObject([{ code: 'bad_name' }, { code: 'bad_name' }, { code: 'not_joined' }]);
  });

  it('shows its history under the name in the request, and reads it under its key', () => {
    const stage = pair().say(3, { type: 'history', room: '@Fox', before: 9, limit: 5 });
    expect(stage.loads.at(-1)?.query).toEqual({ room: KEY, before: 9, limit: 5 });
    expect(stage.take(3)).toEqual([{ type: 'history', room: '@fox', messages: [], more: false }]);
  });

  it('acknowledges a repeated message again, under the name that the author uses', () => {
    const stage = pair();
    const say = { type: 'say', room: '@Owl', text: 'psst', ref: 'r1' } as const;
    const [ack] = stage.say(1, say).take(1);
    expect(ack).toEqual({ type: 'ack', ref: 'r1', id: 1, room: '@owl', ts: 1_000 });
    stage.now += 5_000;
    expect(stage.say(1, say).take(1)).toEqual([ack]);
    expect(stage.types(3)).toEqual(['message']);
  });

  it('tells the author which message could not be stored, under the name that it used', () => {
    const stage = pair();
    stage.hold = true;
    stage.say(1, { type: 'say', room: '@owl', text: 'a', ref: 'a' });
    stage.perform(stage.core.commitFailed(stage.commits, 'read_only'));
    expect(stage.take(1)).toMatchObject([{ type: 'error', code: 'read_only', ref: 'a', room: '@owl' }]);
  });
});
