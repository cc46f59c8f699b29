/** The machine: Node, the clock, the disk. */
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../operator/format.ts';
import { ROOT } from '#data-folder/project';
import { type Check, ok, problem, warning } from './finding.ts';

const MEBIBYTE = 1024 * 1024;
/** Bytes: below the first, the chat will soon be read-only; below the second, a busy one has only days left. */
const LEAST_FREE = 64 * MEBIBYTE;
const COMFORTABLE = 1024 * MEBIBYTE;
/** When this was written: a clock before it is wrong. */
const PAST = Date.UTC(2025, 0, 1);

export const checkNode: Check = async () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(engines.node) ?? [];
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split('.').map(Number);
  const enough = haveMajor > Number(major) || (haveMajor === Number(major) && haveMinor >= Number(minor));
  if (enough) return [ok('node', `Node ${process.versions.node} is recent enough (${engines.node})`)];
  return [problem('node', `Node ${process.versions.node} is too old`, `install Node ${engines.node}`)];
};

export const checkClock: Check = async ({ now }) => {
  if (now >= PAST) return [ok('clock', `the clock says ${new Date(now).toISOString()}`)];
  const text = `the clock says ${new Date(now).toISOString()}, which is in the past`;
  return [problem('clock', text, 'set the clock: certificates and codes of a second factor depend on it')];
};

export const checkDisk: Check = async ({ data }) => {
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  const text = `${formatBytes(free)} free on the disk of ${data}`;
  const mend = 'free some space: with a full disk nothing new can be said, only read';
  if (free < LEAST_FREE) return [problem('disk', text, mend)];
  return [free < COMFORTABLE ? warning('disk', text, mend) : ok('disk', text)];
};
