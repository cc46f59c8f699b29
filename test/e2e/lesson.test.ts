/** The lesson of 45 minutes as the handbook has it, with nobody waiting: an instructor, three students, and each stage. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PLANS } from '#classroom/plans';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { say, selectWire } from './visit.ts';

// A whole lesson: these only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const STUDENTS = ['Ada', 'Ben', 'Chidi'] as const;
const { stages } = PLANS['45'];
const SENTENCE = 'The treasure is under the old oak';
/** What a server that was away, or a student who is let in, leaves in the browser's own console. */
const EXPECTED = /status of 40[13]/;

describeWith(['chromium'], 'a lesson of 45 minutes', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  const of = (name: string): Page => stage.of(name);
  const students = (): Page[] => STUDENTS.map(of);

  /** The instructor opens the next stage, and every page says so. */
  async function open(at: number): Promise<void> {
    await of('instructor').getByTestId('next-stage').click();
    const words = `Stage ${at + 1} of ${stages.length}: ${stages[at]?.title ?? ''}`;
    await Promise.all(students().map((page) => page.getByTestId('band-stage').getByText(words).waitFor()));
  }

  /** Everyone goes where the stage takes place. */
  async function goThere(at: number): Promise<void> {
    await open(at);
    const path = stages[at]?.place ?? '';
    await Promise.all(
      students().map(async (page) => {
        const link = page.getByTestId('band-stage').getByRole('link', { name: 'Go there' });
        if (new URL(page.url()).pathname !== path) await link.click();
        await page.waitForURL((url) => url.pathname === path);
      }),
    );
  }

  /** From a page of the docs, back to the workbench. */
  const back = () => Promise.all(students().map((page) => page.goto(stage.at('/class'))));

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
    for (const name of STUDENTS) {
      const page = await stage.arrive(stage.at(`/join#code=${stage.ready.class.code}`));
      stage.pages.set(name, page);
      await page.getByTestId('join-name').fill(name);
      await page.getByTestId('join-go').click();
      await page.getByTestId('view-class').waitFor();
    }
  });
  afterAll(() => stage.close());

  it('begins with a postcard, for which nobody needs a screen', async () => {
    await of('instructor').getByTestId('begin-lesson').click();
    await open(0);
    await of('Ada').getByTestId('countdown').waitFor();
  });

  it('shows a sentence in the bytes of the plain wire', async () => {
    await goThere(1);
    await say(of('Ada'), SENTENCE);
    expect(await crossed(of('Ada'), 'plain')).toContain(SENTENCE);
    // The others hear her, each on wires of their own.
    await of('Ben').getByTestId('said-plain').getByText(SENTENCE).waitFor();
  });

  it('shows nothing of it on the other wires, to one who holds no keys', async () => {
    await goThere(2);
    for (const page of students()) await page.getByTestId('eve-on').click();
    for (const page of students())
      for (const wire of ['psk', 'tls', 'tls+psk']) await page.getByTestId(`sealed-${wire}`).waitFor();
    expect(await crossed(of('Ada'), 'psk')).not.toContain(SENTENCE);
    for (const page of students()) await page.getByTestId('eve-off').click();
  });

  it('tells a yes from a no by their lengths', async () => {
    await goThere(3);
    await say(of('Ben'), 'yes');
    const yes = await crossed(of('Ben'), 'tls');
    await say(of('Ben'), 'no, never, under no circumstances');
    expect((await crossed(of('Ben'), 'tls')).length).toBeGreaterThan(yes.length);
  });

  it('changes a byte, which only a tag gives away', async () => {
    await goThere(4);
    const page = of('Chidi');
    await page.getByTestId('change-byte').first().scrollIntoViewIfNeeded();
    await page.getByTestId('flip-all').first().click();
    const verdict = (suite: string) => page.getByTestId(`panel-${suite}`).getByTestId('verdict');
    await verdict('plain').getByText('nobody can tell').waitFor();
    await verdict('aes-256-gcm').getByText('bad_record_mac').waitFor();
    await back();
  });

  it('reads what a thief with the key can open, and ends where it began', async () => {
    await goThere(5);
    await of('Ada').getByRole('heading', { level: 1 }).waitFor();
    await back();
    await open(6);
    await of('instructor').getByTestId('end-lesson').click();
    await of('instructor').getByTestId('confirm').click();
    for (const page of students()) await page.getByTestId('band-stage').waitFor({ state: 'detached' });
  });

  it('has asked for nothing from any other machine, and complained of nothing', () => {
    expect(stage.elsewhere).toEqual([]);
    expect(stage.complaints.filter((complaint) => !EXPECTED.test(complaint))).toEqual([]);
  });
});

/** What crossed this wire with the newest record of the page, each byte as a character. */
async function crossed(page: Page, wire: string): Promise<string> {
  await selectWire(page, wire);
  const bytes = page.getByTestId('raw-bytes').locator('.byte');
  const hex = await bytes.allInnerTexts();
  return Buffer.from(hex.join(''), 'hex').toString('latin1');
}
