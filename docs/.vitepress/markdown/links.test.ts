import { describe, expect, it } from 'vitest';
import { siteLink } from './links.ts';

const README = 'labs/06-replay/README.md';

describe('a link in a text of the repository, on the site', () => {
  it.each([
    [README, '../../docs/reference/psk-wire.md#key-schedule', '/reference/psk-wire.md#key-schedule'],
    [README, '../05-tamper/README.md', '/labs/05-tamper.md'],
    ['docs/reference/labs.md', '../../labs/01-frames/README.md', '/labs/01-frames.md'],
    [
      'docs/reference/labs.md',
      './psk-wire.md#alerts-and-the-end',
      '/reference/psk-wire.md#alerts-and-the-end',
    ],
    ['docs/index.md', 'labs/index.md', '/labs/index.md'],
  ])('leads from %s, written %s, to the page %s', (from, href, page) => {
    expect(siteLink(from, href, false)).toEqual({ kind: 'page', href: page });
  });

  it.each([
    [README, '../../server/channel/psk/schedule.ts', 'server/channel/psk/schedule.ts'],
    [README, './hints.md', 'labs/06-replay/hints.md'],
    ['docs/reference/labs.md', '../../README.md#the-labs', 'README.md'],
  ])('from %s to %s becomes the name of that file, because no page has it', (from, href, path) => {
    expect(siteLink(from, href, false)).toEqual({ kind: 'file', path });
  });

  it.each(['#suites', 'https://www.rfc-editor.org/rfc/rfc8446', 'mailto:ana@example.org', '/reference/'])(
    'stays %s',
    (href) => expect(siteLink(README, href, true)).toEqual({ kind: 'as-it-is' }),
  );

  it('leads to the workbench that serves the site, at whatever address that is', () => {
    const href = 'http://127.0.0.1:8080/#wire=psk&filter=psk.iv';
    expect(siteLink(README, href, true)).toEqual({ kind: 'workbench', href: '/#wire=psk&filter=psk.iv' });
    expect(siteLink(README, 'http://127.0.0.1:8080', true)).toEqual({ kind: 'workbench', href: '/' });
    expect(siteLink(README, href, false)).toEqual({ kind: 'as-it-is' });
  });
});
