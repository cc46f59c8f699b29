/** A class in mid-lesson: the real program, and a browser of their own for everyone in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { WIRE_NAMES } from '#protocol/wires';
import { lastingPorts } from '../support/programs/lasting-ports.ts';
import { Program, type Ready } from '../support/programs/program.ts';
import { BEEN_HERE, launch } from './visit.ts';

export interface ClassReady extends Ready {
  readonly class: { readonly code: string; readonly links: readonly string[] };
}

export class ClassStage {
  /** Errors and warnings of the consoles. */
  readonly complaints: string[] = [];
  /** Addresses on other machines that a page asked for. */
  readonly elsewhere: string[] = [];
  /** The pages of those in the class, by name. */
  readonly pages = new Map<string, Page>();
  readonly #browser: Browser;
  readonly #data: string;
  readonly #port: number;
  #program: Program | undefined;
  #ready: ClassReady | undefined;

  /** With the instructor at the view Class. */
  static async open(executablePath: string): Promise<ClassStage> {
    const [[port = 0], data, browser] = await Promise.all([
      lastingPorts(1),
      mkdtemp(join(tmpdir(), 'wireglass-e2e-')),
      launch(executablePath),
    ]);
    const stage = new ClassStage(browser, data, port);
    await stage.start();
    const link = stage.at(`/class${new URL(stage.ready.url).hash}`);
    stage.pages.set('instructor', await stage.arrive(link));
    return stage;
  }

  private constructor(browser: Browser, data: string, port: number) {
    this.#browser = browser;
    this.#data = data;
    this.#port = port;
  }

  get ready(): ClassReady {
    return this.#ready as ClassReady;
  }

  async start(): Promise<void> {
    const ports = WIRE_NAMES.flatMap((name) => [`--${name.replaceAll('+', '-')}`, '0']);
    const where = ['--data', this.#data, '--web', String(this.#port)];
    this.#program = new Program(['classroom', ...where, ...ports, '--json', '--log', 'error']);
    this.#ready = JSON.parse(await this.#program.line()) as ClassReady;
  }

  async stop(): Promise<void> {
    this.#program?.child.kill('SIGTERM');
    await this.#program?.finished;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.stop();
    await rm(this.#data, { recursive: true, force: true });
  }

  at(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  of(name: string): Page {
    return this.pages.get(name) as Page;
  }

  /** Somebody opens this address in a browser of their own. */
  async arrive(address: string): Promise<Page> {
    const viewport = { width: 1280, height: 800 };
    const context = await this.#browser.newContext({ viewport, reducedMotion: 'reduce' });
    await context.addInitScript(BEEN_HERE);
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const isHere = ['data:', 'blob:'].includes(protocol) || hostname === '127.0.0.1';
      if (!isHere) this.elsewhere.push(request.url());
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    await page.goto(address);
    return page;
  }

  async enter(page: Page, name: string, code = this.ready.class.code): Promise<void> {
    await page.getByTestId('join-code').fill(code);
    await page.getByTestId('join-name').fill(name);
    await page.getByTestId('join-go').click();
  }
}
