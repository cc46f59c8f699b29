/** The browser of WebKitGTK, on a screen in memory. Its driver speaks W3C WebDriver. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';
import type * as Remote from 'selenium-webdriver/remote';
import { Command, Name } from 'selenium-webdriver/lib/command.js';
import { type Driven, HEIGHT, WIDE } from './hands.ts';

// The name of a folder, which only `require` resolves.
const { DriverService } = createRequire(import.meta.url)('selenium-webdriver/remote') as typeof Remote;

/** The buttons of the window would keep it from being as narrow as a phone. */
const STYLE = '* { min-width: 0; margin: 0; padding: 0; font-size: 1px; -gtk-icon-transform: scale(0.1); }\n';
/** As a person who asks for less motion. */
const SETTINGS = '[Settings]\ngtk-enable-animations = 0\n';

/** The protocol does not tell what is on the console. So the page notes it, from the moment that it is loaded. */
const NOTE = `
  window.complaints = [];
  for (const level of ['error', 'warn']) {
    const say = console[level];
    console[level] = (...words) => { window.complaints.push(words.join(' ')); say(...words); };
  }
  addEventListener('error', ({ message }) => window.complaints.push(message));
  addEventListener('unhandledrejection', ({ reason }) => window.complaints.push(String(reason)));
`;

export interface WebKitPrograms {
  readonly WebKitWebDriver: string;
  readonly MiniBrowser: string;
  readonly Xvfb: string;
}

export async function startWebKit(programs: WebKitPrograms): Promise<Driven> {
  const home = await mkdtemp(join(tmpdir(), 'wireglass-webkit-'));
  await mkdir(join(home, 'gtk-3.0'));
  await writeFile(join(home, 'gtk-3.0/gtk.css'), STYLE);
  await writeFile(join(home, 'gtk-3.0/settings.ini'), SETTINGS);
  const screen = await startScreen(programs.Xvfb);
  const service = new DriverService.Builder(programs.WebKitWebDriver)
    .setLoopback(true)
    .setEnvironment({
      ...(process.env as Record<string, string>),
      DISPLAY: screen.display,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_DATA_HOME: home,
      // Without a graphics card, layers cost more than they save.
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    })
    .build();
  const stop = async (): Promise<void> => {
    await service.kill();
    await screen.close();
    // Its processes may still be writing their last.
    await rm(home, { recursive: true, maxRetries: 10 });
  };
  try {
    const options = { binary: programs.MiniBrowser, args: ['--automation'] };
    const capabilities = new Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': options,
    });
    const address = await service.start();
    return drive(await new Builder().usingServer(address).withCapabilities(capabilities).build(), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Screen {
  readonly display: string;
  close(): Promise<void>;
}

/** The X server takes a number that is free, and says it on the descriptor that it is told. */
async function startScreen(xvfb: string): Promise<Screen> {
  const args = ['-displayfd', '3', '-screen', '0', `${WIDE}x${HEIGHT + 200}x24`, '-nolisten', 'tcp'];
  const child = spawn(xvfb, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  const number = once(child.stdio[3] as Readable, 'data').then(([data]) => String(data).trim());
  const gone = ended.then(() => Promise.reject(new Error('the X server ended without a display')));
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { display: `:${await Promise.race([number, gone])}`, close };
}

function drive(driver: WebDriver, stop: () => Promise<void>): Driven {
  const noted: string[] = [];
  const note = async (): Promise<void> => {
    noted.push(...(await driver.executeScript<string[]>('return window.complaints?.splice(0) ?? []')));
  };
  return {
    async open(url) {
      await note();
      await driver.get(url);
      await driver.executeScript(NOTE);
    },
    evaluate: (expression) => driver.executeScript<string>(`return ${expression}`),
    async act(actions) {
      await driver.execute(new Command(Name.ACTIONS).setParameter('actions', actions));
    },
    async resize(width, height) {
      const window = driver.manage().window();
      await window.setRect({ width, height });
    },
    async screenshot() {
      return Buffer.from(await driver.takeScreenshot(), 'base64');
    },
    async complaints() {
      await note();
      return noted;
    },
    async close() {
      await driver.quit().finally(stop);
    },
  };
}
