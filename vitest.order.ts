/** The order of the test files. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take a minute or more. Vitest begins with what took long the last time, and in a new clone with the largest
 * files; most of these are small, and would begin when the others have ended, with cores idle. Files that start browsers
 * are apart from each other.
 */
const LONG = [
  'e2e/accessible',
  'e2e/docs-pages',
  'integration/lab-texts-tls',
  'integration/lab-texts-key',
  'e2e/docs-static',
  'labs/lessons',
  'e2e/filter',
  'conformance/channels',
  'conformance/roles',
  'e2e/workbench',
  'e2e/chat',
  'integration/labs',
  'integration/page-commands',
  'e2e/docs',
  'e2e/docs-keyboard',
  'integration/fifth-wire',
  'e2e/other-browsers',
  'interop/tls12-suites',
  'e2e/flood',
  'interop/captures',
  'e2e/explain',
  'interop/wireshark-lua',
  'e2e/lab-in-page',
  'e2e/lab-editor',
  'conformance/learner',
] as const;

/** The project whose files share processes. They follow each other, so that no process is ended in between. */
export const PURE = 'pure';

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      if (at >= 0) return at;
      return project.name === PURE ? LONG.length : LONG.length + 1;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}
