/** How each command that the text of a lab shows is tried: one rule for each kind of command. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '#data-folder/project';
import type { Lesson } from '#judge/lesson';
import { LESSONS } from '#labs/lessons';
import { WIRES } from '#protocol/wires';
import type { LearnerDesk } from './learner-desk.ts';
import { type ToolName, findTool } from '../programs/tools.ts';
import { type ShownCommand, asShown, shellWords } from '../texts/shown.ts';
import { interrupted, printed } from '../texts/waiting.ts';

export interface Rule {
  /** The whole command. */
  readonly command: RegExp;
  /** A program that the machine may lack. */
  readonly needs?: ToolName;
  /** What is expected of the command and of the output that the text shows. */
  readonly run: (scene: Scene) => Promise<void>;
}

export interface Scene {
  readonly desk: LearnerDesk;
  readonly lesson: Lesson;
  readonly shown: ShownCommand;
  /** The command's words, without `npx wireglass` and the like. */
  readonly words: readonly string[];
}

/** The rule for a command, or `undefined` if nobody has thought of how to try it. */
export function ruleFor({ command }: ShownCommand): Rule | undefined {
  return RULES.find((rule) => rule.command.test(command));
}

/** What is typed in front of the arguments of our program. */
const PROGRAM = /^(npx wireglass|node server\/cli\/wireglass\.js) /;

export function sceneOf(desk: LearnerDesk, lesson: Lesson, shown: ShownCommand): Scene {
  return { desk, lesson, shown, words: shellWords(shown.command.replace(PROGRAM, '')) };
}

const RULES: readonly Rule[] = [
  { command: /^npx wireglass lab start \d\d$/, run: labStart },
  { command: /^npx wireglass lab watch \d\d$/, run: labWatch },
  { command: /^npx wireglass lab hint \d\d$/, run: labHint },
  { command: /^npx wireglass lab solve \d\d$/, run: labSolve },
  { command: /^npx wireglass lab check \d\d$/, run: labCheck },
  { command: /^npx wireglass lab diff \d\d$/, run: labDiff },
  { command: /^npx wireglass lab next$/, run: labNext },
  { command: /^npx wireglass lab$/, run: labList },
  { command: /^npx wireglass lab run( --unfinished)?$/, run: labRun },
  { command: /^npx wireglass lab run --alone$/, run: labAlone },
  { command: /^npm start( -- .*)?$/, run: npmStart },
  { command: /^npx wireglass serve --data other .*$/, run: otherServer },
  { command: /^npx wireglass chat .*--ca other\/.*$/, run: refusedChat },
  { command: /^(npx wireglass|node server\/cli\/wireglass\.js) chat .*$/, run: chat },
  { command: /^npx wireglass capture .*-o \w+\.pcapng$/, run: capture },
  { command: /^npx wireglass inspect \w+\.pcapng --.*$/, run: inspect },
  { command: /^node -e ".*"$/, run: nodeScript },
  { command: /^openssl s_client .* -tls1_1 .*$/, needs: 'openssl', run: oldClient },
  { command: /^openssl s_client .*$/, needs: 'openssl', run: opensslClient },
  { command: /^echo hello \| nc .*$/, needs: 'nc', run: netcat },
  {
    command: /^\/register carol$/,
    needs: 'pty',
    run: async ({ desk, shown }) => (await desk.typing('plain')).register(shown.command),
  },
  {
    command: /^\/logout$/,
    needs: 'pty',
    run: async ({ desk, shown }) => (await desk.typing('tls')).logout(shown.command),
  },
  {
    command: /^\/login carol$/,
    needs: 'pty',
    run: async ({ desk, shown }) => (await desk.typing('tls')).login(shown.command),
  },
  {
    command: /^\/wire \S+$/,
    needs: 'pty',
    run: async ({ desk, shown }) => (await desk.typing('psk')).wire(shown.command),
  },
  {
    command: /^\/msg ben .*$/,
    needs: 'pty',
    run: async ({ desk, shown }) => (await desk.typing('tls')).tellBen(shown.command),
  },
  {
    command: /^node --import tsx labs\/13-many-clients\/measure\.ts( slow)?$/,
    run: triedBy('labs/13-many-clients/measure.test.ts'),
  },
];

async function labStart({ desk, lesson, words }: Scene): Promise<void> {
  const { code, stdout } = await desk.run(words);
  expect(code).toBe(0);
  expect(stdout).toContain(`${lesson.name}: ${lesson.title}`);
  expect(stdout).toContain(`labs/workspace/${lesson.name}.ts\n`);
}

/** Nothing is written yet: both `watch` and `check` say what the text shows. */
/** Where `lab watch` itself runs. Elsewhere only `lab check`, which says the same: each judgement takes seconds. */
const WATCHED: readonly string[] = ['01-frames', '08-certificates'];

async function labWatch({ desk, lesson, shown, words }: Scene): Promise<void> {
  if (WATCHED.includes(lesson.name)) {
    const watch = desk.start(words);
    mustBeShown(shown, await printed(watch, /Waiting for the next change/));
    expect(await interrupted(watch)).toMatchObject({ code: 0, stderr: '' });
  }
  const { code, stdout } = await desk.run(['lab', 'check', lesson.name]);
  mustBeShown(shown, stdout);
  expect(code).toBe(1);
}

async function labHint({ desk, words }: Scene): Promise<void> {
  expect((await desk.run(words)).stdout).toMatch(/^Hint 1 of 3\n/);
}

/** Its question is answered with yes. */
async function labSolve({ desk, words }: Scene): Promise<void> {
  expect((await desk.run([...words, '--yes'])).stdout).toContain('is our solution now.');
}

async function labCheck({ desk, lesson, shown }: Scene): Promise<void> {
  mustBeShown(shown, await desk.pass(lesson));
}

async function labDiff({ desk, lesson, words }: Scene): Promise<void> {
  await desk.solve(lesson);
  expect(await desk.run(words)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Your file is the same as our solution.'),
  });
}

async function labNext({ desk, lesson, words }: Scene): Promise<void> {
  await desk.passOnce(lesson);
  const next = LESSONS[LESSONS.indexOf(lesson) + 1];
  const { code, stdout, stderr } = await desk.run(words);
  if (next) expect(stdout).toContain(`${next.name}: ${next.title}`);
  else expect(stderr).toContain('every lab has been passed');
  expect(code).toBe(next ? 0 : 1);
}

async function labList({ desk, lesson, words }: Scene): Promise<void> {
  await desk.passOnce(lesson);
  const { stdout } = await desk.run(words);
  expect(stdout).toMatch(new RegExp(`^> ${lesson.name} +solved `, 'm'));
  if (lesson === LESSONS.at(-1)) expect(stdout).toContain('All labs are done.');
  expect(stdout).toContain(`${LESSONS.indexOf(lesson) + 1} of ${LESSONS.length} done`);
}

/** A text says this once the learner has written something. */
async function labRun({ desk, lesson, shown, words }: Scene): Promise<void> {
  await desk.solve(lesson);
  const said = await desk.workbench(words);
  expect(said).toMatch(/^frames: yours · /);
  if (shown.output) mustBeShown(shown, said);
}

/** The server prints the commands that reach it. */
async function labAlone({ desk, lesson, words }: Scene): Promise<void> {
  await desk.endWorkbench();
  const server = desk.start(words);
  const text = await printed(server, /^stop /m);
  expect(text).toContain('Everything that answers here is yours: frames, chat, psk and tls.');
  const command = /^tls +npx wireglass (.*)$/m.exec(text)?.[1] ?? '';
  expect(await desk.run(shellWords(command), `${said(lesson)}\n`)).toMatchObject({ code: 0 });
  expect((await interrupted(server)).code).toBe(0);
}

/** `npm start` builds the program if it must and then runs this. */
async function npmStart({ desk, words: [, , , ...flags] }: Scene): Promise<void> {
  await desk.sharedWorkbench(['serve', ...flags]);
}

async function otherServer({ desk, words }: Scene): Promise<void> {
  const server = desk.start(words);
  await printed(server, /^Open +http/m);
  expect((await interrupted(server)).code).toBe(0);
}

/** Joins, and says something that reaches the server. */
async function chat({ desk, lesson, words }: Scene): Promise<void> {
  await desk.addresses();
  const { code, stderr } = await desk.run(words, `${said(lesson)}\n`);
  const wire = valueOf(words, '--wire');
  expect(stderr).toContain(`connected: ${String(wire)} wire`);
  for (const option of ['--suite', '--name']) expect(stderr).toContain(valueOf(words, option) ?? '');
  expect(code).toBe(0);
}

async function refusedChat({ desk, words }: Scene): Promise<void> {
  await desk.addresses();
  const { code, stderr } = await desk.run(words);
  expect(stderr).toContain('the certificate does not lead to the CA that was given');
  expect(code).toBe(1);
}

async function capture({ desk, words }: Scene): Promise<void> {
  await desk.addresses();
  const { code, stderr } = await desk.run(words);
  expect(stderr).toContain(`${String(valueOf(words, '-o'))}: `);
  expect(code).toBe(0);
}

/** What the shared key opens, and what the key of a certificate does not. */
async function inspect({ desk, lesson, words }: Scene): Promise<void> {
  const { code, stdout, stderr } = await desk.run(words);
  expect(code).toBe(0);
  if (words.includes('--psk-file')) expect(stdout).toContain(said(lesson));
  else if (words.includes('--keys')) expect(stdout + stderr).toContain('No record matches the filter.');
  else if (words.includes('--keyschedule')) expect(stdout).toContain('| openssl dgst');
  else expect(stdout).toMatch(/^flow/m);
}

async function nodeScript({ desk, shown, words: [, ...words] }: Scene): Promise<void> {
  const args = await withPorts(desk, words);
  const { code, stdout } = await desk.runOther(process.execPath, args);
  mustBeShown(shown, stdout);
  expect(code).toBe(0);
}

async function opensslClient({ desk, words: [, ...words] }: Scene): Promise<void> {
  const args = await withPorts(desk, words);
  const { stdout } = await desk.runOther(findTool('openssl') as string, args, '', /"type":"welcome"/);
  expect(stdout).toContain('Verify return code: 0 (ok)');
}

async function oldClient({ desk, words: [, ...words] }: Scene): Promise<void> {
  const args = await withPorts(desk, words);
  const { code, stdout } = await desk.runOther(findTool('openssl') as string, args);
  expect(stdout).not.toContain('"type":"welcome"');
  expect(code).toBe(1);
}

async function netcat({ desk, words }: Scene): Promise<void> {
  const args = await withPorts(desk, words.slice(words.indexOf('nc') + 1));
  const { stdout } = await desk.runOther(findTool('nc') as string, args, 'hello\n');
  expect(stdout).not.toContain('"type":"welcome"');
}

function triedBy(file: string): () => Promise<void> {
  return async () => expect(existsSync(join(ROOT, file)), file).toBe(true);
}

function mustBeShown({ output = [], command }: ShownCommand, printedText: string): void {
  expect(output, `the text shows what ${command} prints`).not.toEqual([]);
  expect(asShown(output, printedText)).toEqual(output);
}

function valueOf(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at === -1 ? undefined : words[at + 1];
}

function said({ title }: Lesson): string {
  return `I am reading about ${title.toLowerCase()}`;
}

/** A learner's workbench has the default ports; the one here has others. */
async function withPorts(desk: LearnerDesk, words: readonly string[]): Promise<string[]> {
  const { wires } = await desk.addresses();
  return words.map((word) =>
    WIRES.reduce(
      (text, { name, port }) => text.replace(new RegExp(`\\b${port}\\b`), String(wires[name].port)),
      word,
    ),
  );
}
