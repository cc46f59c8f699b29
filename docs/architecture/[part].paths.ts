/** The pages of the architecture: sections of CONTRIBUTING, whose diagrams are drawn from the code. */
import { ARCHITECTURE, architecturePage } from '../.vitepress/architecture.ts';
import { readSource } from '../.vitepress/sources.ts';

export default {
  watch: ['../../CONTRIBUTING.md'],
  paths() {
    const text = readSource('CONTRIBUTING.md');
    return ARCHITECTURE.map((part) => ({
      params: { part: part.name },
      content: architecturePage(text, part),
    }));
  },
};
