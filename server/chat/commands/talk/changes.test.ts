/** A member that enters a room again is told which messages were edited or deleted while it was away. */
import { expect, it } from 'vitest';
import { Stage } from '../../../../test/support/chat/stage.ts';
import type { Changed } from '../../effects.ts';

const TOLD: readonly Changed[] = [
  { change: 8, id: 3, by: 'ben', edit: { text: 'changed', edited: 900 } },
  { change: 9, id: 4, by: 'mod' },
];

it('is told after the page, as it would have been told live, and to nobody else', () => {
  const stage = new Stage({
    loaded: ({ query }) => ({
      messages: [],
      more: false,
      ...(query.changes && {
        changes: { last: 12, told: query.changes.since === 7 ? TOLD : [], more: true },
      }),
    }),
  });
  stage.connect(1).say(1, { type: 'join', name: 'ana' }).take(1);
  stage.connect(2).say(2, { type: 'join', name: 'ben', after: 5, changed_after: 7 });
  expect(stage.loads.at(-1)?.query).toMatchObject({ after: 5, changes: { since: 7 } });
  expect(stage.take(2).slice(-3)).toMatchObject([
    { type: 'joined', changed: 12, more_changed: true },
    { type: 'edited', room: 'lobby', id: 3, text: 'changed', edited: 900, by: 'ben', change: 8 },
    { type: 'deleted', room: 'lobby', id: 4, by: 'mod', change: 9 },
  ]);
  expect(stage.types(1)).toEqual(['member_joined']);
  stage.say(1, { type: 'history' });
  expect(stage.loads.at(-1)?.query).not.toHaveProperty('changes');
});
