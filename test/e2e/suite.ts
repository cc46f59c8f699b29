/** What the suites of the page share: one browser and one running program, and a visit for each test. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { type Served, type Visit, launch, open, serve } from './visit.ts';

// A walk of many steps, each with a time limit of its own: these only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

/** Usable inside hooks and tests. */
export interface Stage {
  readonly browser: Browser;
  readonly served: Served;
}

/** A `describe` with a browser and a server that is started with these options. Skipped where there is no Chromium. */
export function describePage(options: readonly string[], title: string, body: (stage: Stage) => void): void {
  describeWith(['chromium'], title, ({ chromium: executablePath }) => {
    let stage: Stage | undefined;
    const ready = (): Stage => {
      if (!stage) throw new Error('the browser and the server start before the first test');
      return stage;
    };
    beforeAll(async () => {
      const [browser, served] = await Promise.all([launch(executablePath), serve(...options)]);
      stage = { browser, served };
    });
    afterAll(async () => {
      await stage?.browser.close();
      await stage?.served.close();
    });
    body({
      get browser() {
        return ready().browser;
      },
      get served() {
        return ready().served;
      },
    });
  });
}

/** Opens the page before each test of the suite and has it `prepared`; afterwards fails when the page complained. */
export function visitEach(stage: Stage, prepared: (visit: Visit) => void | Promise<void>): void {
  let visit: Visit | undefined;
  beforeEach(async () => {
    visit = await open(stage.browser, stage.served.url);
    await prepared(visit);
  });
  afterEach(() => visit?.leave());
}

/** The same visit for all tests of the suite. */
export function visitOnce(stage: Stage, prepared: (visit: Visit) => void | Promise<void>): void {
  let visit: Visit | undefined;
  beforeAll(async () => {
    visit = await open(stage.browser, stage.served.url);
    await prepared(visit);
  });
  afterAll(() => visit?.leave());
}
