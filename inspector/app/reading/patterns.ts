/** The engine for regular expressions, loaded when a filter first needs it: most people never write one. */
import { type CompilePattern, PatternFault } from '#dissect/filter/index';

/** The engine; if it cannot be loaded, one that refuses every pattern and says why. */
export async function loadPatterns(): Promise<CompilePattern> {
  try {
    return (await import('#dissect/filter/pattern')).compilePattern;
  } catch {
    return () => {
      throw new PatternFault(
        0,
        'the page could not load what reads it; is the server running? Reload the page',
      );
    };
  }
}
