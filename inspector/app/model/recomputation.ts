/** All values of a key schedule computed again, after bits of what goes in were flipped. */
import { fromHex, toHex } from '#protocol/bytes';
import type { Derivation, DerivationInput } from '#dissect/key-schedule/derivation';
import { type Hashing, recompute } from '#dissect/key-schedule/recompute';

/** What came out for each id, in hex; undefined where there is no recipe. */
export type Outputs = ReadonlyMap<string, string | undefined>;

/**
 * What a reader can flip a bit of: something that no other value of the schedule gives. The same bytes may go into several
 * values, and change in all of them. Undefined for what another value gives, and for nothing.
 */
export function sourceOf(
  { name, value, from }: DerivationInput,
  schedule: readonly Derivation[],
): string | undefined {
  if (value === '' || schedule.some(({ id }) => id === from)) return undefined;
  return `${from ?? ''} ${name} ${value}`;
}

/** `flipped`: the sources whose last bit is another. What a changed value goes into changes with it. */
export async function recomputeAll(
  schedule: readonly Derivation[],
  flipped: ReadonlySet<string>,
  hashing: Hashing,
): Promise<Outputs> {
  const outputs = new Map<string, string | undefined>();
  for (const derivation of schedule) {
    const inputs = derivation.inputs.map((input) => inputOf(input, outputs, sourceOf(input, schedule)));
    const output = await recompute(derivation, hashing, inputs);
    outputs.set(derivation.id, output && toHex(output));
  }
  return outputs;

  function inputOf({ value, from }: DerivationInput, made: Outputs, source?: string): Uint8Array {
    const bytes = fromHex((from === undefined ? undefined : made.get(from)) ?? value);
    const last = bytes.length - 1;
    if (source !== undefined && flipped.has(source)) bytes[last] = (bytes[last] ?? 0) ^ 1;
    return bytes;
  }
}
