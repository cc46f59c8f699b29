/** The files of the labs, as they are in their folders: loaded when they are needed. */
import type { PageLab } from '#labs/page/page-labs';

const STARTERS = import.meta.glob<string>('../../labs/*/starter.ts', { query: '?raw', import: 'default' });
const SOLUTIONS = import.meta.glob<string>('../../labs/*/solution.ts', { query: '?raw', import: 'default' });
const HINTS = import.meta.glob<string>('../../labs/*/hints.md', { query: '?raw', import: 'default' });

/** Each rejects when the file cannot be loaded. */
export const starterOf = (lab: PageLab): Promise<string> => load(STARTERS, lab, 'starter.ts');
export const solutionOf = (lab: PageLab): Promise<string> => load(SOLUTIONS, lab, 'solution.ts');
export const hintsOf = (lab: PageLab): Promise<string> => load(HINTS, lab, 'hints.md');

function load(files: Record<string, () => Promise<string>>, lab: PageLab, name: string): Promise<string> {
  return files[`../../labs/${lab}/${name}`]?.() ?? Promise.reject(new Error(`${lab} has no ${name}`));
}
