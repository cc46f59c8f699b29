import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { dataOption } from './hints.ts';

it.each([
  ['data', ''],
  [resolve('data'), ''],
  ['/srv/chat', ' --data /srv/chat'],
  ['/srv/my chat', " --data '/srv/my chat'"],
  ["/srv/it's", " --data '/srv/it'\\''s'"],
])('a command finds the data folder %j with %j', (data, option) => expect(dataOption(data)).toBe(option));
