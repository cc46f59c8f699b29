import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Commands,
  brokenLinks,
  missingPaths,
  readDocuments,
  registeredCommands,
  unknownCommands,
} from './documents.ts';
import { SETTINGS } from '../../server/cli/config/settings.ts';
import { ROOT, type Sources, readSources } from './sources.ts';

describe('the documents', () => {
  const documents = readDocuments(ROOT);
  const exists = (path: string) => existsSync(join(ROOT, path));
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const programs = new Map([...readSources()].filter(([path]) => /(^|\/)(cli|labs)\//.test(path)));

  it('are read', () => expect([...documents.keys()]).toContain('CONTRIBUTING.md'));

  it('link to what exists', () => expect(brokenLinks(documents, exists)).toEqual([]));

  it('name files that exist', () => expect(missingPaths(documents, exists)).toEqual([]));

  it('name commands and options that exist', () => {
    const scripts = new Set(Object.keys(manifest.scripts));
    const { commands, options } = registeredCommands(programs);
    // Those of a setting are made from its row.
    const flags = Object.values(SETTINGS).flatMap(({ flag }) => flag ?? []);
    const known = { scripts, commands, options: new Set([...options, ...flags]) };
    expect(unknownCommands(documents, known)).toEqual([]);
  });
});

describe('the checks of documents find', () => {
  const files = new Set([
    'README.md',
    'docs/a.md',
    'docs/guide/index.md',
    'docs/public/logo.svg',
    'server/protocol/frame.ts',
  ]);
  const exists = (path: string) => files.has(path);
  const document = (text: string, path = 'README.md'): Sources => new Map([[path, text]]);

  it.each([
    ['[x](docs/b.md)', 'docs/b.md: there is no such file'],
    ['text\n[x]: gone.md', 'gone.md: there is no such file'],
    ['<img src="docs/gone.png">', 'docs/gone.png: there is no such file'],
    ['![x](gone.png "title")', 'gone.png: there is no such file'],
    ['# One heading\n[x](#another-heading)', '#another-heading: there is no such heading'],
  ])('a broken link in %j', (text, problem) => {
    expect(brokenLinks(document(text), exists)).toEqual([expect.stringContaining(`links to ${problem}`)]);
  });

  it.each([
    '[x](docs/a.md) [y](https://example.org/gone) [z](mailto:a@example.org)',
    '## A `heading`, with *marks*\n[x](#a-heading-with-marks)',
    '```md\n[x](gone.md)\n```',
    'write `[x](gone.md)`',
  ])('no broken link in %j', (text) => {
    expect(brokenLinks(document(text), exists)).toEqual([]);
  });

  it('what the site serves without an ending', () => {
    const text = '[a](/a) [b](./a.html) [c](/guide/) [d](/logo.svg) [e](/gone)';
    expect(brokenLinks(document(text, 'docs/b.md'), exists)).toEqual([
      'docs/b.md:1 links to /gone: there is no such file',
    ]);
  });

  it('a file that is not there', () => {
    expect(
      missingPaths(document('`server/protocol/frame.ts`, `server/protocol/gone.ts`, `a/b`'), exists),
    ).toEqual(['README.md:1 names server/protocol/gone.ts, which does not exist']);
  });

  const known: Commands = {
    scripts: new Set(['test', 'bench']),
    ...registeredCommands(
      new Map([
        [
          'client/cli/chat.ts',
          "program.command('chat [room]').option('-w, --wire <name>').addOption(new Option('--ca <file>'));",
        ],
      ]),
    ),
  };

  it.each([
    ['npm run gone', 'says npm run gone: package.json has no such script'],
    ['npm ci && npm start', 'says npm run start: package.json has no such script'],
    ['`npx wireglass gone`', 'says npx wireglass gone: there is no such command'],
    ['npx wireglass chat --wire psk --gone x', 'says --gone: no command has such an option'],
  ])('an unknown command in %j', (text, problem) => {
    expect(unknownCommands(document(text), known)).toEqual([`README.md:1 ${problem}`]);
  });

  it('nothing in commands that exist', () => {
    const text =
      '`npm run bench`, `npm test -- --gone`, `npx wireglass chat --wire psk --ca f | npx wireglass --help`';
    expect(unknownCommands(document(text), known)).toEqual([]);
  });
});
