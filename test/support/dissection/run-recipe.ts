/** Runs a recipe as CyberChef runs it: AES with node-forge, which is CyberChef's own library for it. */
import { chacha20 } from '@noble/ciphers/chacha.js';
import forge from 'node-forge';
import { fromHex, toHex } from '#protocol/bytes';

interface Hex {
  readonly option: 'Hex';
  readonly string: string;
}
type Run = (input: Uint8Array, args: readonly never[]) => Uint8Array;

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** What the operations do, for the arguments that recipes have. */
const OPERATIONS: Readonly<Record<string, Run>> = {
  'From Hex': (input) => fromHex(binary(input)),
  'To Hex': (input) => bytesOf(toHex(input)),
  'Take bytes': (input, [start, length]) => input.slice(start, Number(start) + Number(length)),
  'AES Decrypt': (input, args) => {
    const [key, iv, mode, , , tag, aad] = args as unknown as [Hex, Hex, string, string, string, Hex, Hex];
    const [name, padding] = mode.split('/');
    const decipher = forge.cipher.createDecipher(
      `AES-${name}` as forge.cipher.Algorithm,
      binary(fromHex(key.string)),
    );
    if (padding === 'NoPadding') Object.assign(decipher.mode, { unpad: () => true });
    decipher.start({
      iv: binary(fromHex(iv.string)),
      ...(name === 'GCM' && {
        tag: forge.util.createBuffer(binary(fromHex(tag.string))),
        additionalData: binary(fromHex(aad.string)),
      }),
    });
    decipher.update(forge.util.createBuffer(binary(input)));
    if (!decipher.finish()) throw new Error('Unable to decrypt input with these parameters.');
    return bytesOf(decipher.output.getBytes());
  },
  ChaCha: (input, args) => {
    const [key, nonce, counter] = args as unknown as [Hex, Hex, number];
    const sealed = fromHex(binary(input));
    return bytesOf(toHex(chacha20(fromHex(key.string), fromHex(nonce.string), sealed, undefined, counter)));
  },
};

/** What the recipe makes of this input, which is text. */
export function runRecipe(recipe: string, hex: string): Uint8Array {
  const steps = JSON.parse(recipe) as { op: string; args: never[] }[];
  return steps.reduce((input, { op, args }) => (OPERATIONS[op] as Run)(input, args), bytesOf(hex));
}
