/** What a program gets from `--json`. */
import { ByteWriter } from '#inspector-cli/output/byte-writer';
import { JsonBytes } from '#inspector-cli/output/json-bytes';

/** The text of one value as it is printed. */
export function jsonText(value: unknown): string {
  const out = new ByteWriter(1024);
  new JsonBytes(out).write(value);
  return Buffer.from(out.taken()).toString();
}

/** What a program reads from that text. */
export function throughJson<T = unknown>(value: unknown): T {
  return JSON.parse(jsonText(value)) as T;
}
