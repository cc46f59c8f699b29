/** The order of the test files. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take a minute or more. Vitest begins with what took long the last time, and in a new clone with the largest
 * files; most of these are small, and would begin when the others have ended, with cores idle. Files that start browsers
 * are apart from each other.
 */
const LONG = [
  'e2e/docs-pages',
  'conformance/roles',
  'integration/lab-texts-tls',
  'integration/lab-texts-key',
  'e2e/docs-static',
  'labs/lessons',
  'e2e/other-browsers',
  'conformance/channels',
  'e2e/shell',
  'conformance/learner',
  'e2e/every-view',
  'integration/displaced-database',
  'e2e/accessible',
  'e2e/filter',
  'e2e/inspect',
  'e2e/workbench',
  'e2e/chat-members',
  'e2e/chat',
  'integration/labs',
  'integration/page-commands',
  'integration/attacks',
  'integration/attack-mutants',
  'e2e/docs',
  'e2e/docs-keyboard',
  'integration/fifth-wire',
  'interop/tls12-suites',
  'e2e/flood',
  'e2e/class',
  'e2e/lesson',
  'integration/serve',
  'integration/secrets-in-logs',
  'integration/operator-commands',
  'interop/captures',
  'e2e/explain',
  'interop/wireshark-lua',
  'e2e/lab-in-page',
  'e2e/lab-editor',
] as const;

/** The projects whose files share processes. They follow each other, so that no process is ended in between. */
export const [PURE, UNIT] = ['pure', 'unit'] as const;
const SHARED: readonly string[] = [PURE, UNIT];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      if (at >= 0) return at;
      const shared = SHARED.indexOf(project.name);
      return LONG.length + (shared >= 0 ? shared : SHARED.length);
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}
