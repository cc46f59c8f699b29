/** Bytes as text for other programs. */
import { showUtf8, toHex } from '#protocol/bytes';

/** Bytes on one line. */
const PER_LINE = 12;

export interface CopyForm {
  readonly id: string;
  readonly label: string;
  /** `name` is a valid identifier. */
  readonly write: (bytes: Uint8Array, name: string) => string;
}

export const COPY_FORMS = [
  { id: 'hex', label: 'Hex', write: (bytes) => toHex(bytes) },
  { id: 'text', label: 'Text', write: (bytes) => showUtf8(bytes) },
  { id: 'c', label: 'C array', write: cArray },
  { id: 'python', label: 'Python bytes', write: pythonBytes },
] as const satisfies readonly CopyForm[];

export type CopyFormId = (typeof COPY_FORMS)[number]['id'];

/** Not of the bytes, but of how they are opened; the whole record's hex is what it is fed with. */
export const RECIPE_FORM = {
  id: 'cyberchef',
  label: 'CyberChef recipe',
  note: 'decrypts the hex of this record; has the key in it',
} as const;

export function copyOf(form: CopyFormId, bytes: Uint8Array, name: string): string {
  const { write } = COPY_FORMS.find(({ id }) => id === form) as CopyForm;
  return write(bytes, identifier(name));
}

function cArray(bytes: Uint8Array, name: string): string {
  const lines = inLines(bytes).map((line) => `  ${line.map((byte) => `0x${hex(byte)}`).join(', ')},`);
  return `const unsigned char ${name}[${bytes.length}] = {\n${lines.join('\n')}\n};\n`;
}

function pythonBytes(bytes: Uint8Array, name: string): string {
  const lines = inLines(bytes).map((line) => `    "${line.map(hex).join(' ')}"`);
  return `${name} = bytes.fromhex(\n${lines.join('\n')}\n)\n`;
}

function inLines(bytes: Uint8Array): number[][] {
  const count = Math.ceil(bytes.length / PER_LINE);
  return Array.from({ length: count }, (_, line) => [
    ...bytes.subarray(line * PER_LINE, (line + 1) * PER_LINE),
  ]);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** `psk record` becomes `psk_record`. */
function identifier(name: string): string {
  return name.replace(/\W+/g, '_').replace(/^(?=\d)/, '_') || 'bytes';
}
