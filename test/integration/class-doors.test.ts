/** Somebody without a token at a class: every route and every WebSocket that the server has, and what each answers. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOCKET_PATHS } from '#web/places';
import { placeOf, startClass } from '../support/servers/class.ts';
import {
  type Door,
  PUBLIC,
  doorsOfClass,
  isPublic,
  isRefusal,
  knockAt,
  knockAtSockets,
} from '../support/servers/doors.ts';
import type { TestWorkbench } from '../support/servers/workbench.ts';

let data: string;
let doors: readonly Door[];
let workbench: TestWorkbench;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-doors-'));
  doors = await doorsOfClass(data);
  workbench = await startClass(data);
});
afterAll(async () => {
  await workbench.close();
  await rm(data, { recursive: true, force: true });
});

describe('the table of what needs no token', () => {
  it('names routes that are there', () => {
    const paths = new Set(doors.map(({ path }) => path));
    expect(Object.keys(PUBLIC).filter((path) => !paths.has(path))).toEqual([]);
    expect(doors.length).toBeGreaterThan(40);
  });

  it('is in the reference', async () => {
    const text = await readFile(new URL('../../docs/reference/security.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const unnamed = Object.keys(PUBLIC).filter((path) => !rows.some((row) => row.includes(`\`${path}\``)));
    expect(unnamed).toEqual([]);
  });
});

describe.each([
  ['no token', undefined],
  ['a wrong token', 'f'.repeat(64)],
])('with %s', (_, token) => {
  it('every other route refuses, however its path is spelled', async () => {
    const guarded = doors.filter((door) => !isPublic(door));
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const knocks = await knockAt(placeOf(workbench).origin, guarded, headers);
    expect(knocks.length).toBeGreaterThan(guarded.length);
    expect(knocks.filter((knock) => !isRefusal(knock))).toEqual([]);
  });

  it('every WebSocket is refused or closed', async () => {
    const knocks = await knockAtSockets(placeOf(workbench).origin, token);
    expect(knocks).toHaveLength(SOCKET_PATHS.length);
    expect(knocks.filter((knock) => !isRefusal(knock))).toEqual([]);
  });
});
