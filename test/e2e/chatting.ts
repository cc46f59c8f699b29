/** People in the chat window: each has a browser context of their own, and says and reads what a person would. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Stage } from './suite.ts';
import { BEEN_HERE } from './visit.ts';

export const PASSWORD = 'Lantern-orchid-47';

export interface Person {
  readonly page: Page;
  readonly input: Locator;
  say(text: string): Promise<void>;
  /** The message with this text. */
  said(text: string): Locator;
  /** Fails when the page complained of anything but lost connections. */
  leave(): Promise<void>;
}

/** Opens the chat window, as somebody who has been on the page before. `script` runs before those of the page. */
export async function visit(
  stage: Stage,
  url: string,
  options: BrowserContextOptions = {},
  script = '',
): Promise<Person> {
  const context = await stage.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  await context.addInitScript(`${BEEN_HERE};${script}`);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${url}chat`);
  await page.getByTestId('enter').waitFor();
  const input = page.getByTestId('chat-input');
  return {
    page,
    input,
    say: async (text) => {
      await input.fill(text);
      await input.press('Enter');
    },
    said: (text) => page.getByTestId('message').filter({ hasText: text }),
    leave: async () => {
      await context.close();
      expect(complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION_REFUSED/.test(text))).toEqual(
        [],
      );
    },
  };
}

export const chooseWire = (page: Page, wire: string): Promise<void> =>
  page.locator('label.wire').getByText(wire, { exact: true }).click();

export async function enterAs(person: Person, name: string, wire = 'psk'): Promise<void> {
  await chooseWire(person.page, wire);
  await person.page.getByTestId('name').fill(name);
  await person.page.locator('[data-testid=enter]:enabled').click();
  await person.input.waitFor();
}

export async function guest(
  stage: Stage,
  name: string,
  wire = 'psk',
  options: BrowserContextOptions = {},
): Promise<Person> {
  const person = await visit(stage, stage.served.url, options);
  await enterAs(person, name, wire);
  return person;
}

export async function changeWire({ page }: Person, wire: string): Promise<void> {
  await page.getByTestId('wire-now').click();
  await chooseWire(page, wire);
  await page.getByTestId('change-wire').click();
  await page.locator(`[data-testid=wire-now][data-wire="${wire}"]`).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Fills the form for an account on the wire that is chosen, and waits until the person is in. */
export async function register({ page, input }: Person, name: string): Promise<void> {
  await page.getByRole('tab', { name: 'Register' }).click();
  await page.getByTestId('name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.locator('[data-testid=enter]:enabled').click();
  await input.waitFor();
}
