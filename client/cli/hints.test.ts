import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { quoted } from '#protocol/shown';
import { commandLine, dataOption } from './hints.ts';

it.each([
  ['data', ''],
  [resolve('data'), ''],
  ['/srv/chat', ' --data /srv/chat'],
  ['/srv/my chat', " --data '/srv/my chat'"],
  ["/srv/it's", " --data '/srv/it'\\''s'"],
])('a command finds the data folder %j with %j', (data, option) => expect(dataOption(data)).toBe(option));

it('a command line names the data folder where it must', () => {
  expect(commandLine('psk rotate', 'data')).toBe('npx wireglass psk rotate');
  expect(commandLine('psk rotate', '/srv/chat')).toBe('npx wireglass psk rotate --data /srv/chat');
  expect(commandLine(`restore ${quoted('/srv/my copy')}`, '/srv/chat')).toBe(
    "npx wireglass restore '/srv/my copy' --data /srv/chat",
  );
});
