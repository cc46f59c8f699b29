/** Command lines for the person to type. They find the same server as the program that shows them. */
import { resolve } from 'node:path';
import { DEFAULT_DATA } from '#data-folder/paths';
import { quoted } from '#protocol/shown';

/** `npx wireglass psk rotate --data FOLDER` for `psk rotate`. Every hint that names a command is made here. */
export function commandLine(command: string, data: string): string {
  return `npx wireglass ${command}${dataOption(data)}`;
}

/** ` --data FOLDER`, or nothing for the default folder. */
export function dataOption(data: string): string {
  return resolve(data) === resolve(DEFAULT_DATA) ? '' : ` --data ${quoted(data)}`;
}
