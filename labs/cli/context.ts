/** What every command about the labs works with, and how a lab is named on the command line. */
import { randomInt } from 'node:crypto';
import { relative, resolve } from 'node:path';
import type { Lesson } from '#judge/lesson';
import { DEFAULT_DATA } from '#data-folder/paths';
import { readAddresses } from '#data-folder/addresses';
import { ROOT } from '#data-folder/project';
import { LESSONS, lessonByName } from '../lessons.ts';
import { ClassLink } from '../runner/class-link.ts';
import { ProgressFile } from '../runner/progress.ts';
import { WORKSPACE_VARIABLE, Workspace } from '../runner/workspace.ts';
import type { TextOptions } from './verdict-text.ts';

export interface LabFlags {
  readonly workspace?: string;
  readonly json?: boolean;
}

export interface LabContext {
  readonly root: string;
  readonly workspace: Workspace;
  readonly progress: ProgressFile;
  readonly classLink: ClassLink;
  readonly json: boolean;
}

/** Where the page is when no workbench runs. */
const DEFAULT_PAGE = 'http://127.0.0.1:8080';

export function contextOf({ workspace: folder, json = false }: LabFlags): LabContext {
  const path = resolve(folder ?? process.env[WORKSPACE_VARIABLE] ?? resolve(ROOT, 'labs', 'workspace'));
  return {
    root: ROOT,
    workspace: new Workspace(path, ROOT),
    progress: new ProgressFile(path),
    classLink: new ClassLink(path),
    json,
  };
}

/** A lab by its number, its name or both: `1`, `01`, `frames`, `01-frames`. Without a name, the current one. */
export async function lessonOf(name: string | undefined, { progress }: LabContext): Promise<Lesson> {
  if (name === undefined) {
    const { current } = await progress.read();
    const lesson = lessonByName(current ?? '');
    if (lesson) return lesson;
    throw new Error('no lab has been started; npx wireglass lab start begins with the first one');
  }
  const wanted = name.toLowerCase();
  const lesson = LESSONS.find(({ name: full }) => {
    const [number = '', ...words] = full.split('-');
    return [full, number, String(Number(number)), words.join('-')].includes(wanted);
  });
  if (lesson) return lesson;
  throw new Error(`there is no lab ${name}; the labs are ${LESSONS.map((each) => each.name).join(', ')}`);
}

/** A path as a person would type it here. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** `all`: every failed check is explained, and not only the first. */
export async function textOptions({ workspace }: LabContext, all: boolean): Promise<TextOptions> {
  const addresses = await readAddresses(DEFAULT_DATA);
  const page = addresses ? new URL(addresses.web).origin : DEFAULT_PAGE;
  const pathOf = (file: string): string => shownPath(resolve(workspace.folder, file));
  return { page, pathOf, explained: all ? Infinity : 1 };
}

export function newSeed(): number {
  return randomInt(2 ** 32);
}

/** Prints text for a person, or the value as JSON for a program. */
export function print({ json }: Pick<LabContext, 'json'>, text: string, value: unknown): void {
  console.log(json ? JSON.stringify(value, null, 2) : text);
}
