/**
 * A class of hundreds at once, on the real program: everyone joins, hears the instructor, sees the board move, loses the
 * Wi-Fi and comes back, and the server is killed in mid-lesson. Nobody may lose a name, a place or a message. Most students
 * are simulated, because a machine cannot run hundreds of browsers; some have a browser, because people have.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '../e2e/visit.ts';
import { rssOf } from '../support/programs/kernel.ts';
import { lastingPorts } from '../support/programs/lasting-ports.ts';
import { findTool } from '../support/programs/tools.ts';
import { InBrowsers } from './classroom/in-browsers.ts';
import { Lesson } from './classroom/lesson.ts';
import { type Running, placeOf, start, stop, tokenIn } from './classroom/program.ts';
import { Simulated } from './classroom/simulated.ts';
import { machine, mib } from './figures.ts';
import type { Soak } from './soak.ts';

const STUDENTS = 300;
const WITH_BROWSERS = 30;
const RSS = 500 * 2 ** 20;

export const classroom: Soak = {
  name: 'classroom',
  shows: `${STUDENTS} students, and ${WITH_BROWSERS} with a browser, join, hear, lose their connections and come back, and the server is killed in mid-lesson`,
  amount: { rounds: 1, minutes: Infinity },
  run: async (_, progress) => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-classroom-'));
    try {
      return await lessonIn(data, progress);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  },
};

/** Rejects when something took too long, or somebody lost something. */
async function lessonIn(data: string, progress: (line: string) => void): Promise<string> {
  const ports = await lastingPorts(5);
  let running = await start(data, ports);
  const place = placeOf(running);
  const simulated = new Simulated(place, STUDENTS, progress);
  const browsers = await inBrowsers(running.ready.web.port, progress);
  const lesson = new Lesson(place, await tokenIn(data), { simulated, browsers }, progress);
  const lines: string[] = [];
  try {
    lines.push(browsers ? await browsers.open() : 'no students in Chromium, which is not here');
    lines.push(...(await lesson.fill(running.ready.class.code)));
    lines.push(...(await lesson.hear('chat')), ...(await lesson.hear('class')));
    lines.push(...(await lesson.board()), ...(await lesson.drop()));
    lines.push(await memoryOf(running));
    await stop(running, 'SIGKILL');
    await lesson.cutOff();
    running = await start(data, ports);
    lines.push(...(await lesson.back()));
    const report = [machine(), ...lines].join('\n  ');
    if (lesson.missed.length > 0) throw new Error([report, ...lesson.missed].join('\n  missed: '));
    await lesson.leave();
    return report;
  } catch (error) {
    // What went wrong first is told, and not what went wrong because of it.
    await lesson.leave().catch(() => undefined);
    throw error;
  } finally {
    await stop(running, 'SIGTERM');
  }
}

async function inBrowsers(port: number, progress: (line: string) => void): Promise<InBrowsers | undefined> {
  const chromium = findTool('chromium');
  if (chromium === undefined) return undefined;
  return new InBrowsers(await launch(chromium), port, WITH_BROWSERS, progress);
}

async function memoryOf({ ready }: Running): Promise<string> {
  const rss = await rssOf(ready.pid);
  if (rss > RSS) throw new Error(`the server takes ${mib(rss)}`);
  return `memory of the server: ${mib(rss)}`;
}
