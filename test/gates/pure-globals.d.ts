/**
 * The only globals a pure folder may use beyond the language itself. Both exist in every browser, worker and
 * Node release. `tsconfig.pure.json` compiles the pure folders with no other ambient types, so a `Buffer`, a
 * `process`, a `document` or a `setTimeout` in them is a compile error.
 */
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}
