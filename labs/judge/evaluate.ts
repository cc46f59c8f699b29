/** Runs a bundled script and returns what it exports. What it may import comes in: this is the same in Node and in a page. */

/** The name under which the script appears in stack traces. */
export const SCRIPT_NAME = 'wireglass-piece.js';

/** Compiles the text of a function expression; in Node a script with a name, elsewhere an indirect eval. */
export type Compile = (functionText: string, name: string) => unknown;

export type Import = (name: string) => unknown;

type ModuleFunction = (exports: object, module: { exports: object }, require: Import) => void;

/** Throws what the script throws while it is loaded. */
export function evaluate(code: string, compile: Compile, load: Import): object {
  const module = { exports: {} };
  // On one line with the code, so that line numbers stay those of the source map.
  const run = compile(`(function (exports, module, require) { ${code}\n})`, SCRIPT_NAME) as ModuleFunction;
  run(module.exports, module, load);
  return module.exports;
}
