/** A walk through the docs site and the workbench in Firefox and in WebKit, as `npm start` serves them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WIRE_NAMES } from '#protocol/wires';
import { describeWith } from '../support/programs/needs.ts';
import { ROOT } from '../run/process.ts';
import { startFirefox } from './firefox.ts';
import { type Driven, HEIGHT, Hands, NARROW, WIDE, byTestId } from './hands.ts';
import { type Served, serve } from './visit.ts';
import { startWebKit } from './webkit.ts';

// A walk of many steps, each with a time limit of its own: these only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const DEMO = byTestId('wire-demo');

describeWith(['firefox'], 'the pages in Firefox', ({ firefox }) => walk(() => startFirefox(firefox)));

describeWith(['WebKitWebDriver', 'MiniBrowser', 'Xvfb'], 'the pages in WebKit', (programs) =>
  walk(() => startWebKit(programs)),
);

function walk(start: () => Promise<Driven>): void {
  let [browser, served]: [Driven?, Served?] = [];
  let hands: Hands;
  const visit = async (path: string): Promise<void> => {
    await hands.browser.resize(WIDE, HEIGHT);
    await hands.browser.open(`${served?.url}docs/${path}`);
  };
  beforeAll(async () => {
    [browser, served] = await Promise.all([start(), serve()]);
    hands = new Hands(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it('sends what is typed at home over the four wires', async () => {
    await visit('');
    await hands.sees(byTestId('demo-source'), 'live: this workbench');
    await hands.fill(byTestId('demo-input'), 'on all wires');
    await hands.press(byTestId('demo-send'));
    for (const wire of WIRE_NAMES) {
      await hands.sees(byTestId(`delivery-${wire}`), 'stored');
      await hands.sees(byTestId(`said-${wire}`), 'on all wires');
    }
    await fits();
  });

  it('runs the real server in a page of a concept, and shows what an opened record holds', async () => {
    await visit('concepts/aead.html');
    await hands.goTo(DEMO, byTestId('demo-source'));
    await hands.sees(byTestId('demo-source'), 'in this page: the real server, in memory, with aes-256-gcm');
    await hands.fill(byTestId('demo-input'), 'in memory');
    await hands.press(byTestId('demo-send'));
    await hands.sees(byTestId('said-psk'), 'in memory');
    await hands.press(byTestId('record-row'), 'say');
    await hands.sees('[data-field]');
    await fits();
  });

  it('shows the records of a recording', async () => {
    await visit('concepts/tls-13.html');
    await hands.goTo(DEMO, byTestId('demo-source'));
    await hands.press(byTestId('record-row'), 'client_hello');
    await hands.sees('[data-field="legacy_version"]');
    await fits();
  });

  it('judges the code of a lab in its page', async () => {
    await visit('labs/04-seal.html');
    await hands.goTo(byTestId('lab-editor'), byTestId('lab-run'));
    await hands.press(byTestId('lab-run'));
    await hands.sees(byTestId('lab-says'), '0 of 11 checks passed.');
    await hands.paste(byTestId('lab-code'), await readFile(join(ROOT, 'labs/04-seal/solution.ts'), 'utf8'));
    await hands.press(byTestId('lab-run'));
    await hands.sees(byTestId('lab-says'), 'All 11 checks passed.');
    await hands.sees(byTestId('lab-own'), 'nonce');
    await fits();
  });

  it('talks in the chat window, and opens the bytes of a message in the inspector', async () => {
    await hands.browser.resize(WIDE, HEIGHT);
    await hands.browser.open(`${served?.url}chat`);
    await hands.press('label.wire[data-wire=psk]');
    await hands.fill(byTestId('name'), 'Uma');
    await hands.press(byTestId('enter'));
    // A room of its own: elsewhere, what was said before comes first.
    await hands.fill(byTestId('chat-input'), '/join browsers');
    await hands.press('button[aria-label=Send]');
    await hands.sees('h1, h2', '#browsers');
    await hands.fill(byTestId('chat-input'), 'from this browser');
    await hands.press('button[aria-label=Send]');
    await hands.sees(byTestId('message'), 'from this browser');
    await hands.press(byTestId('readers'), 'who has the key');
    await hands.press(byTestId('bytes'));
    await hands.sees('[data-testid=field-row][data-field=text]', 'from this browser');
    await hands.press(byTestId('eve-on'));
    // The link asks for the text of the message, which Eve does not find.
    await hands.sees('.count', '0 of');
    await fits();
  });

  /** Nothing is wider than a phone, and the page has not complained. */
  async function fits(): Promise<void> {
    await hands.fitsIn(NARROW);
    expect(await hands.browser.complaints()).toEqual([]);
  }
}
