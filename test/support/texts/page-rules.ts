/** How each command that a page shows is tried, or why it is not: one rule for each kind of command. */
import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '#data-folder/project';
import { commandNamed } from '#client-cli/slash/slash';
import type { ToolName } from '../programs/tools.ts';
import { findTool } from '../programs/tools.ts';
import { type Finished, Program } from '../programs/program.ts';
import { inspect } from '../programs/inspect-command.ts';
import { Desk } from './desk.ts';
import { labCommands } from './page-commands.ts';
import { operator } from './page-operator.ts';
import type { Reader } from './reader.ts';
import { shellWords } from './shown.ts';

export interface PageRule {
  /** The whole command. */
  readonly command: RegExp;
  /** A program that the machine may lack. */
  readonly needs?: ToolName;
  /** Does what the command does, and judges what comes of it. */
  readonly run: (reader: Reader, command: string) => Promise<string | void>;
  /** Why the command itself is not run: what is looked at in its place. */
  readonly instead?: string;
}

export function pageRule(command: string): PageRule | undefined {
  return RULES.find((rule) => rule.command.test(command));
}

const RULES: readonly PageRule[] = [
  { command: /^npm (ci|test|ci && npm test)$/, instead: 'they bring this test about', run: script },
  {
    command: /^npm test -- --unit$/,
    instead: 'it runs half of the tests',
    run: mentioned('test/run/vitest.ts', "'--unit'"),
  },
  {
    command: /^npm test -- server\/protocol -t frame$/,
    instead: 'it runs other tests',
    run: folder('server/protocol'),
  },
  {
    command: /^npm run fuzz -- --seconds 60$/,
    instead: 'it takes a minute',
    run: mentioned('test/fuzz/run.ts', "'--seconds <n>'"),
  },
  {
    command: /^npm run soak -- [a-z-]+$/,
    instead: 'it takes minutes; the tests have its short form',
    run: soak,
  },
  {
    command: /^npm run docs:build -- --base \/wireglass\/$/,
    instead: 'docs-static.test.ts builds the site for a folder',
    run: mentioned('test/e2e/docs-static.test.ts', '--base'),
  },
  {
    command: /^npm run [a-z:]+$|^npm run soak -- NAME$|^npm run screenshots -- [a-z -]+$/,
    instead: 'it takes minutes, changes the project, or does not end',
    run: script,
  },
  {
    command: /^node --import tsx test\/gates\/[a-z-]+\.ts( confusables\.txt)?$/,
    instead: 'it writes into the project; a gate compares what it would write',
    run: gate,
  },

  { command: /^(npm ci && )?npm start$|^npx wireglass serve$/, run: serving },
  { command: /^npm start -- --host 0\.0\.0\.0$/, run: servingAll },
  { command: /^npx wireglass classroom$/, run: teaching },
  { command: /^npx wireglass serve --log-traffic$/, run: loggingTraffic },

  { command: /^npx wireglass (\w+ --help|chat --suite)$/, run: help },
  { command: /^(echo .* \| )?npx wireglass chat\b.*$/, run: chat },
  { command: /^npx wireglass capture --out (\w+\.pcapng|FILE)$/, run: capture },
  { command: /^npx wireglass inspect [\w-]+\.pcapng.*$/, run: inspecting },
  {
    command: /^npx wireglass attack --matrix$/,
    instead: 'attacks.test.ts plays all of them',
    run: mentioned('test/integration/attacks.test.ts', 'runMatrix'),
  },
  { command: /^npx wireglass attack\b.*$/, run: attacking },
  {
    command: /^npx wireglass tap\b.*$/,
    instead: 'tap.test.ts types at it',
    run: mentioned('test/integration/tap.test.ts', `'--break', 'msg.type == "say"'`),
  },
  { command: /^npx wireglass wireshark( --out \w+\.lua| --install)?$/, needs: 'tshark', run: wireshark },
  {
    command: /^tshark -X lua_script:wireglass\.lua -r talk\.pcapng -Y wireglass$/,
    needs: 'tshark',
    run: tsharkFilter,
  },
  { command: /^tshark -d tcp\.port==44818,tls$/, needs: 'tshark', run: tsharkDecode },
  {
    command: /^openssl s_client$/,
    instead: 'it is the name of a program',
    run: mentioned('labs/09-tls-chat/README.md', 'openssl s_client '),
  },
  {
    command: /^npx wireglass lab (check|watch|hint|diff)$/,
    instead: 'the texts of labs type it with the number of the lab',
    run: numbered,
  },
  { command: /^npx wireglass lab\b.*$/, run: lab },
  {
    command:
      /^npx wireglass (status|users|rooms|wires|console|kick|mute|unmute|ban|unban|audit|psk|certs|backup|restore|doctor)\b.*$/,
    run: operator,
  },
  { command: /^\/healthz$/, run: health },
  { command: /^\/(docs|inspect|pictures|attacks|chat|class|console|design)$/, run: opens },
  { command: /^\/[a-z]+( [\w ]+)?$/, instead: 'the tests of the terminal type it', run: slash },
];

/** The script is there. */
async function script(_: Reader, command: string): Promise<void> {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const names = [...command.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name = '']) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names.filter((name) => name !== 'ci')));
}

function mentioned(file: string, text: string): PageRule['run'] {
  return async () => expect(readFileSync(join(ROOT, file), 'utf8')).toContain(text);
}

function folder(path: string): PageRule['run'] {
  return async () => expect(existsSync(join(ROOT, path))).toBe(true);
}

async function soak(_: Reader, command: string): Promise<void> {
  const name = command.split(' ').at(-1) ?? '';
  expect(readFileSync(join(ROOT, 'test/soak/run.ts'), 'utf8')).toMatch(new RegExp(`\\b'?${name}'?\\b`));
  expect(existsSync(join(ROOT, `test/soak/${name}.ts`))).toBe(true);
}

async function gate(_: Reader, command: string): Promise<void> {
  const [file = ''] = /test\/gates\/[a-z-]+\.ts/.exec(command) ?? [];
  expect(existsSync(join(ROOT, file))).toBe(true);
}

async function attacking(_: Reader, command: string): Promise<void> {
  const { code, stderr } = await new Program(shellWords(command).slice(2)).finished;
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

async function serving({ desk }: Reader): Promise<void> {
  expect(Object.keys((await desk.addresses()).wires)).toEqual(['plain', 'psk', 'tls', 'tls+psk']);
}

/** The page is for other machines, too, and asks them for a token. */
async function servingAll(reader: Reader): Promise<void> {
  // `npm start` builds what is missing, and then does the same.
  if (reader.isDone('serve --host')) return;
  await elsewhere(['serve', '--host', '0.0.0.0'], async (desk) => {
    const said = await desk.says(/^Open /m);
    expect(said).toMatch(/https?:\/\/\d+\.\d+\.\d+\.\d+:\d+\/\S*[\w-]{20}/);
    expect(said).toMatch(/chat .*--host/);
  });
}

/** A class is let in by the code, and the token of the instructor stands in one place only: the start link. */
async function teaching(reader: Reader): Promise<void> {
  // Several pages have it.
  if (reader.isDone('classroom')) return;
  await elsewhere(['classroom'], async (desk) => {
    const said = await desk.says(/^Join .*code \w{3} \w{3}/m);
    expect(said.match(/[0-9a-f]{64}/g)).toHaveLength(2);
    expect(said).not.toMatch(/authorization/);
  });
}

async function loggingTraffic(): Promise<void> {
  await elsewhere(['serve', '--log-traffic'], async (desk) => {
    expect(await desk.run(['chat', '--wire', 'psk', '--name', 'ana'], 'hello\n')).toMatchObject({ code: 0 });
    await desk.says(/ psk +client → server +17[0-9a-f]+ +│ \{"type":"say","text":"hello"/);
  });
}

/** With a workbench of its own, in another folder. */
async function elsewhere(args: readonly string[], look: (desk: Desk) => Promise<void>): Promise<void> {
  const desk = await Desk.open();
  try {
    await desk.workbench(args);
    await look(desk);
  } finally {
    await desk.close();
  }
}

/** Its help knows the command, and the option that is named. */
async function help({ desk }: Reader, command: string): Promise<void> {
  const [name = '', option = ''] = command.replace('npx wireglass ', '').split(' ');
  const { code, stdout } = await desk.run([name, '--help']);
  expect(stdout).toContain(`Usage: wireglass ${name} `);
  expect(stdout).toContain(option);
  expect(code).toBe(0);
}

/** Joins, and says something that is stored. A password comes from a file, because this is no terminal. */
async function chat({ desk, passwordFile }: Reader, command: string): Promise<void> {
  const [typed = '', input = 'hello'] = command.startsWith('echo ')
    ? [command.slice(command.indexOf('| ') + 2), shellWords(command)[1]]
    : [command];
  const words = shellWords(typed.replace('npx wireglass ', ''));
  const asked = words.includes('--login') && !words.includes('--password-file');
  const { code, stderr } = await desk.run(
    [...words, ...(asked ? ['--password-file', passwordFile] : [])],
    `${input}\n`,
  );
  expect(stderr).toMatch(/^\* connected: /m);
  for (const option of ['--wire', '--suite', '--name', '--login']) {
    const at = words.indexOf(option);
    if (at !== -1) expect(stderr).toContain(words[at + 1]);
  }
  expect(code).toBe(0);
}

async function capture({ desk }: Reader, command: string): Promise<void> {
  const { code, stderr } = await desk.run(shellWords(command).slice(2));
  expect(stderr).toMatch(/(\.pcapng|FILE): \d+ packets, \d+ flows/);
  expect(code).toBe(0);
}

/** A capture of the reader's own conversation, or the one that a demo saves. */
async function inspecting(reader: Reader, command: string): Promise<void> {
  const [typed = '', pipe] = command.split(' | ');
  const [file = '', ...options] = shellWords(typed).slice(3);
  const path = file.startsWith('wireglass-demo')
    ? join(ROOT, 'docs/recordings/tls13.pcapng')
    : await reader.captured();
  const { code, out } = await inspect([path, ...options]);
  expect(out).toMatch(expectedOf(options));
  expect(code).toBe(0);
  if (pipe === undefined) return;
  // `jq .title` needs an object with a title on each line.
  for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('title');
}

/** What each option is for. */
function expectedOf(options: readonly string[]): RegExp {
  if (options.includes('--keyschedule')) return /\| openssl dgst|openssl kdf/;
  if (options.includes('--stats')) return /records|No record matches/;
  if (options.includes('--follow')) return /hello/;
  if (options.includes('--no-keys')) return /no.key|sealed/i;
  if (options.includes('--tree')) return /legacy_version/;
  if (options.includes('--json')) return /"title":"client_hello"/;
  if (options.includes('--filter')) return /say/;
  return /client_hello/;
}

async function wireshark({ desk, plugins }: Reader, command: string): Promise<void> {
  const words = shellWords(command).slice(2);
  const { code, stdout, stderr } = await desk.run(words, '', plugins);
  expect(stdout + stderr).toMatch(/\S+\.lua/);
  expect(code).toBe(0);
  if (words.includes('--out'))
    expect((await stat(join(desk.folder, words.at(-1) ?? ''))).size).toBeGreaterThan(10_000);
}

/** The dissector that the line before has written, on the capture of the line before that. */
async function tsharkFilter(reader: Reader, command: string): Promise<void> {
  const { desk } = reader;
  expect(await desk.run(['wireshark', '--out', 'wireglass.lua'])).toMatchObject({ code: 0 });
  await reader.captured('talk.pcapng');
  const { code, stdout } = await tshark(desk, shellWords(command).slice(1));
  expect(stdout).toMatch(/WIREGLASS|wireglass/i);
  expect(code).toBe(0);
}

async function tsharkDecode(reader: Reader, command: string): Promise<void> {
  await reader.captured('talk.pcapng');
  const args = [...shellWords(command).slice(1), '-r', 'talk.pcapng', '-c', '1'];
  expect(await tshark(reader.desk, args)).toMatchObject({ code: 0 });
}

function tshark(desk: Desk, args: readonly string[]): Promise<Finished> {
  return desk.runOther(findTool('tshark') as string, args);
}

/** Without a number it is about the lab that the reader is doing. */
async function numbered(_: Reader, command: string): Promise<void> {
  expect([...labCommands()]).toContain(`${command} 01`);
}

/** On the first lab, whichever the text names: the others differ in their texts, where the command is typed too. */
async function lab(reader: Reader, command: string): Promise<void> {
  const words = shellWords(command.replace('npx wireglass ', '').replace(/ (04|10)\b/, ' 01'));
  const [, verb = ''] = words;
  const file = join(reader.desk.folder, `${verb}.lab`);
  if (verb === 'import') await reader.does('lab', 'export', file);
  if (verb === 'check') await reader.once('lab', 'solve', '01', '--yes');
  const asks = ['solve', 'reset', 'import'].includes(verb) ? ['--yes'] : [];
  const { stdout } = await reader.does(...words.map((word) => (word === 'FILE' ? file : word)), ...asks);
  if (words.includes('--json')) expect(JSON.parse(stdout)).toMatchObject([{ lab: '01-frames' }]);
}

async function health({ desk }: Reader): Promise<void> {
  const { web } = await desk.addresses();
  const answer = await fetch(new URL('/healthz', web));
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
}

/** The path of a view, or of the docs. */
async function opens({ desk }: Reader, path: string): Promise<void> {
  const { web } = await desk.addresses();
  const answer = await fetch(new URL(path, web));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/html');
}

/** The chat knows the command, and what comes behind its name. */
async function slash(_: Reader, command: string): Promise<void> {
  const [name = '', ...words] = command.slice(1).split(' ');
  const row = commandNamed(name);
  expect(row, command).toBeDefined();
  const places = (row?.usage ?? '').split(' ').length - 1;
  expect(words.length === 0 || places > 0).toBe(true);
}
