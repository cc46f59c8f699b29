/** The texts of labs, walked through from the first command to the last. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { ROOT } from '#data-folder/project';
import type { Part } from '#judge/lesson';
import { LESSONS } from '#labs/lessons';
import { findTool } from '../programs/tools.ts';
import { type ShownCommand, shownCommands } from '../texts/shown.ts';
import { LearnerDesk } from './learner-desk.ts';
import { ruleFor, sceneOf } from './rules.ts';

/**
 * For each lab of these parts, one test that types what its text shows, in its order: start, watch and check (which fail
 * as shown), the commands of its steps, check on our solution (which passes as shown), diff and next.
 */
export function walkTexts(parts: readonly Part[]): void {
  let desk: LearnerDesk;
  beforeAll(async () => {
    desk = await LearnerDesk.open();
  });
  afterAll(() => desk.close());

  it.for(LESSONS.filter(({ part }) => parts.includes(part)))(
    'the text of $name shows commands that work, and what they print',
    { timeout: 300_000 },
    async (lesson, { skip }) => {
      await desk.begin(lesson);
      const missing = new Set<string>();
      for (const shown of commandsOf(lesson.name)) {
        const rule = ruleFor(shown);
        if (!rule) throw new Error(`no rule for: ${shown.command} (line ${shown.line})`);
        if (rule.needs && findTool(rule.needs) === undefined) missing.add(rule.needs);
        else
          await rule.run(sceneOf(desk, lesson, shown)).catch((error: unknown) => {
            (error as Error).message = `${shown.command} (line ${shown.line}): ${(error as Error).message}`;
            throw error;
          });
      }
      skip(missing.size > 0, `all but the commands with ${[...missing].join(' and ')}`);
    },
  );
}

export function commandsOf(lab: string): ShownCommand[] {
  return shownCommands(readFileSync(join(ROOT, 'labs', lab, 'README.md'), 'utf8'));
}
