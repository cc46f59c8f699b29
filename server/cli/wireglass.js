#!/usr/bin/env node
/** The launcher: runs the built program if it is up to date, otherwise the sources themselves. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { staleSource } from './staleness.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

if (staleSource(root) === undefined) {
  await import(pathToFileURL(resolve(root, 'dist/cli/main.js')).href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./main.ts');
}
