/** A learner at work: a reader who writes files in a workspace, and how far they have come. */
import { rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { ROOT } from '#data-folder/project';
import type { Lesson } from '#judge/lesson';
import { LESSONS } from '#labs/lessons';
import { ProgressFile } from '#labs/runner/progress';
import { Workspace } from '#labs/runner/workspace';
import { Desk } from '../texts/desk.ts';

export class LearnerDesk extends Desk {
  readonly #workspace = new Workspace(this.workspace, ROOT);
  #solved = false;
  #judged = false;

  static override async open(): Promise<LearnerDesk> {
    return new LearnerDesk(await Desk.newFolder());
  }

  /** The learner comes to this lab: every lab before it has been passed, and nothing of it has been done. */
  async begin(lesson: Lesson): Promise<void> {
    this.#solved = false;
    this.#judged = false;
    await this.endTyping();
    await rm(this.#workspace.folder, { recursive: true, force: true });
    const progress = new ProgressFile(this.#workspace.folder);
    for (const earlier of LESSONS.slice(0, LESSONS.indexOf(lesson))) {
      const { file } = await this.#workspace.start(earlier, 'ts');
      await this.#workspace.write(file, await this.#workspace.solution(earlier));
      await progress.note(earlier, () => ({ started: 1, passed: 1 }));
    }
  }

  /** The learner's file becomes our solution, by the command that does this. */
  async solve({ name }: Lesson): Promise<void> {
    if (this.#solved) return;
    const solved = await this.run(['lab', 'solve', name, '--yes']);
    expect(solved).toMatchObject({ code: 0, stderr: '' });
    expect(solved.stdout).toContain(`labs/workspace/${name}.ts is our solution now.`);
    this.#solved = true;
  }

  /** The verdict about the learner's solved file, which must be good. */
  async pass(lesson: Lesson): Promise<string> {
    await this.solve(lesson);
    const { code, stdout } = await this.run(['lab', 'check', lesson.name]);
    expect(stdout).toContain(
      `${lesson.name}: ${lesson.checks.length} of ${lesson.checks.length} checks passed`,
    );
    expect(code).toBe(0);
    this.#judged = true;
    return stdout;
  }

  async passOnce(lesson: Lesson): Promise<void> {
    if (!this.#judged) await this.pass(lesson);
  }
}
