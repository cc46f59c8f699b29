/**
 * Programs and published test vectors that some tests need and a machine may lack. `needs.ts` skips such tests and
 * says by name what they missed.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Tool {
  /** Names to look for on the PATH, best first. */
  readonly names: readonly string[];
  /** Where installers put it without touching the PATH. Looked at first. */
  readonly places: readonly string[];
  /** The Debian package that brings it. */
  readonly debian: string;
  /** Arguments with which the program exits 0 when it is fit for use. */
  readonly probe?: readonly string[];
}

export const TOOLS = {
  openssl: { names: ['openssl'], places: [], debian: 'openssl' },
  tshark: {
    names: ['tshark'],
    places: ['/Applications/Wireshark.app/Contents/MacOS/tshark', 'C:\\Program Files\\Wireshark\\tshark.exe'],
    debian: 'tshark',
  },
  // Three of the programs that come with tshark.
  editcap: {
    names: ['editcap'],
    places: ['/Applications/Wireshark.app/Contents/MacOS/editcap'],
    debian: 'wireshark-common',
  },
  mergecap: {
    names: ['mergecap'],
    places: ['/Applications/Wireshark.app/Contents/MacOS/mergecap'],
    debian: 'wireshark-common',
  },
  text2pcap: {
    names: ['text2pcap'],
    places: ['/Applications/Wireshark.app/Contents/MacOS/text2pcap'],
    debian: 'wireshark-common',
  },
  nmap: { names: ['nmap'], places: [], debian: 'nmap' },
  nc: { names: ['nc', 'ncat'], places: [], debian: 'netcat-openbsd' },
  // A Python that comes earlier on the PATH need not be the one that the system's packages belong to.
  python3: {
    names: ['python3', 'python'],
    places: ['/usr/bin/python3'],
    debian: 'python3-cryptography',
    probe: ['-c', 'import cryptography.hazmat.primitives.ciphers.aead'],
  },
  // Windows has no pseudo-terminals of this kind, and its Python no module for them.
  pty: {
    names: ['python3', 'python'],
    places: ['/usr/bin/python3'],
    debian: 'python3',
    probe: ['-c', 'import pty'],
  },
  cc: { names: ['cc', 'gcc', 'clang'], places: [], debian: 'gcc' },
  // The sandbox of the labs. Some systems have it and forbid what it does.
  bwrap: {
    names: ['bwrap'],
    places: [],
    debian: 'bubblewrap',
    probe: ['--ro-bind', '/', '/', '--unshare-all', '--die-with-parent', 'true'],
  },
  zbarimg: { names: ['zbarimg'], places: [], debian: 'zbar-tools' },
  // Without a window it paints in a third less time; everything below the window is the same.
  chromium: {
    names: ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'chrome'],
    places: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
    debian: 'chromium-headless-shell',
  },
  // The name may belong to a script that only says how to install it.
  firefox: {
    names: ['firefox-esr', 'firefox'],
    places: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
    ],
    debian: 'firefox-esr',
    probe: ['--version'],
  },
  WebKitWebDriver: { names: ['WebKitWebDriver'], places: [], debian: 'webkit2gtk-driver', probe: ['--help'] },
  MiniBrowser: {
    names: ['MiniBrowser'],
    places: ['x86_64-linux-gnu/', 'aarch64-linux-gnu/', ''].map(
      (folder) => `/usr/lib/${folder}webkit2gtk-4.1/MiniBrowser`,
    ),
    debian: 'libwebkit2gtk-4.1-0',
  },
  // The screen in memory that MiniBrowser is shown on.
  Xvfb: { names: ['Xvfb'], places: [], debian: 'xvfb', probe: ['-help'] },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;
export const TOOL_NAMES = Object.keys(TOOLS) as ToolName[];

const found = new Map<ToolName, string | undefined>();

/** Path of a program that is installed and fit for use, or `undefined`. */
export function findTool(name: ToolName): string | undefined {
  if (!found.has(name))
    found.set(
      name,
      candidates(TOOLS[name]).find((path) => isFit(path, TOOLS[name])),
    );
  return found.get(name);
}

/** Looks again, after something was installed. */
export function forgetTools(): void {
  found.clear();
}

/** Folder in which the published vectors are looked for: `WIREGLASS_VECTORS`, or one beside the repository. */
export const VECTORS_FOLDER =
  process.env['WIREGLASS_VECTORS'] ?? fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));

/** Path of a file or folder of published vectors, for example `wycheproof/aes_gcm_test.json`, or `undefined`. */
export function vectors(name: string): string | undefined {
  const path = join(VECTORS_FOLDER, name);
  return existsSync(path) ? path : undefined;
}

function candidates({ names, places }: Tool): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const onPath = names.flatMap((name) =>
    folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))),
  );
  return [...places, ...onPath];
}

function isFit(path: string, { probe }: Tool): boolean {
  if (!isProgram(path)) return false;
  return probe === undefined || spawnSync(path, probe, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
