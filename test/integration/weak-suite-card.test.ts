/** What a card says of the newest message, on connections with sound suites and with weak ones. */
import { expect, it } from 'vitest';
import { DEFAULT_SUITE, SUITES, type Suite, WEAK_SUITES } from '#channel/psk/suites';
import { Dissection } from '#dissect/index';
import type { WireRecord } from '#dissect/model';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { newsOf } from '../support/dissection/news.ts';
import { pskConversation } from '../support/flows/psk-conversation.ts';

const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'hello' }));

function talk(suite: Suite): readonly WireRecord[] {
  const dissection = new Dissection();
  dissection.addAll(pskConversation({ c2s: [SAY], s2c: [] }, suite));
  return dissection.records(1);
}

it.each(SUITES)('the card names $name if it is weak', (suite) => {
  const news = newsOf(talk(suite));
  expect(news?.said?.text).toBe('hello');
  expect(news?.weakSuite?.name).toBe(suite.weak === undefined ? undefined : suite.name);
});

it('the card does not name the weak suite of another connection', () => {
  const [weak = DEFAULT_SUITE] = WEAK_SUITES;
  const before = talk(weak);
  const now = talk(DEFAULT_SUITE).map((record) => ({ ...record, flow: 2 }));
  expect(newsOf(before)?.weakSuite).toBe(weak);
  expect(newsOf([...before, ...now])?.weakSuite).toBeUndefined();
});
