import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { describeWith } from '../../../test/support/programs/needs.ts';
import { COPY_FORMS, copyOf } from './copies.ts';

const BYTES = fromHex('00 01 7f 80 ff 41 42 43 0a 22 5c 27 e2 82 ac');

it('bytes are copied as hex, text, C and Python', () => {
  expect(copyOf('hex', BYTES, 'x')).toBe('00017f80ff4142430a225c27e282ac');
  expect(copyOf('text', fromHex('4142e282ac'), 'x')).toBe('AB€');
  expect(copyOf('c', BYTES.subarray(0, 2), 'psk record')).toBe(
    'const unsigned char psk_record[2] = {\n  0x00, 0x01,\n};\n',
  );
  expect(copyOf('python', BYTES.subarray(0, 2), '1st')).toBe('_1st = bytes.fromhex(\n    "00 01"\n)\n');
  expect(COPY_FORMS.map(({ id }) => copyOf(id, new Uint8Array(), '')).join('|')).toContain('bytes[0]');
});

describeWith(['python3'], 'Python', ({ python3 }) => {
  it('reads the bytes that were copied for it', () => {
    const program = `${copyOf('python', BYTES, 'record')}\nprint(record.hex())`;
    expect(execFileSync(python3, ['-c', program], { encoding: 'utf8' }).trim()).toBe(toHex(BYTES));
  });
});
