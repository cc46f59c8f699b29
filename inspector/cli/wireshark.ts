/** `wireglass wireshark`: says where the dissector for Wireshark is, or installs it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { printable } from '#protocol/shown';
import { DISSECTOR_NAME, dissector, dissectorFile } from '#wireshark/dissector';
import { beginFile } from './capture/output-file.ts';

const run = promisify(execFile);

/** Where installers put tshark without touching the PATH. */
const TSHARKS = [
  'tshark',
  '/Applications/Wireshark.app/Contents/MacOS/tshark',
  'C:\\Program Files\\Wireshark\\tshark.exe',
] as const;

interface WiresharkOptions {
  readonly out?: string;
  readonly install: boolean;
  readonly force: boolean;
}

export function register(program: Command): void {
  program
    .command('wireshark')
    .description('teach Wireshark our protocols: print where the dissector is, or install it')
    .option('-o, --out <file>', 'write the dissector to this file')
    .option('--install', 'write it into the folder of personal plugins that tshark names', false)
    .option('--force', 'replace an existing file', false)
    .action(wireshark);
}

async function wireshark({ out, install, force }: WiresharkOptions): Promise<void> {
  if (out !== undefined && install) throw new Error('choose one of --out and --install');
  if (install) return installed(await personalPlugins(), force);
  if (out !== undefined) return written(out, force);
  const file = await dissectorFile().catch((error: Error) => {
    throw new Error(`${error.message}; give --out to have it elsewhere`);
  });
  process.stdout.write(`${advice(file)}\n`);
}

function advice(file: string): string {
  return [
    file,
    '',
    'Once:        tshark -X lua_script:FILE -r talk.pcapng   (wireshark takes the same option)',
    'For good:    npx wireglass wireshark --install          (then restart Wireshark, or Ctrl+Shift+L)',
    'By hand:     copy it into the folder under Help > About Wireshark > Folders > Personal Lua Plugins',
    '',
    'Then filter, for example:   wireglass.msg.type == "say"',
  ].join('\n');
}

async function installed(folder: string, force: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  await written(join(folder, DISSECTOR_NAME), force);
  process.stdout.write('Restart Wireshark, or press Ctrl+Shift+L in it.\n');
}

async function written(target: string, force: boolean): Promise<void> {
  const bytes = Buffer.from(dissector());
  if (existsSync(target) && bytes.equals(await readFile(target))) {
    process.stdout.write(`${printable(target)} is already up to date\n`);
    return;
  }
  const file = await beginFile(target, force);
  try {
    await file.finish(bytes);
  } catch (error) {
    await file.discard();
    throw error;
  }
  process.stdout.write(`${target}\n`);
}

/** This account's folder for Lua plugins. Rejects with an `Error` that says what to do when it is unknown. */
async function personalPlugins(): Promise<string> {
  const lines = (await tsharkFolders()).split(/\r?\n/);
  const folderOf = (name: string): string | undefined =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  // Versions before 3.0 have one folder for plugins of all kinds.
  const folder = folderOf('Personal Lua Plugins') ?? folderOf('Personal Plugins');
  if (folder) return folder;
  throw new Error('tshark names no folder for personal Lua plugins: it may have been built without Lua');
}

async function tsharkFolders(): Promise<string> {
  for (const program of TSHARKS) {
    try {
      return (await run(program, ['-G', 'folders'])).stdout;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('tshark, which knows the folder, was not found; use --out, or copy the file by hand');
}
