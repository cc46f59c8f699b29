import type { Mutant } from '#judge/mutant';

const ORACLE_LOOP = 'for (let value = 0; value < 256; value++) {';
const SECOND_LOOK = `if (await isPaddingRight(joined(other, block))) return value;`;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'flips-the-ciphertext',
    fails: 'rest-kept',
    edits: [['changed[i] = at(sealed, i) ^', 'changed[i + BLOCK] = at(sealed, i + BLOCK) ^']],
  },
  {
    name: 'writes-the-text-into-the-iv',
    fails: 'text-flipped',
    edits: [['at(sealed, i) ^ at(from, i) ^ at(to, i)', 'at(to, i)']],
  },
  {
    name: 'flips-characters-not-bytes',
    fails: 'text-flipped',
    edits: [
      [
        '[Buffer.from(was), Buffer.from(wanted)]',
        "[Buffer.from(was, 'latin1'), Buffer.from(wanted, 'latin1')]",
      ],
    ],
  },
  {
    name: 'lengths-not-compared',
    fails: 'impossible-refused',
    edits: [
      [
        "if (from.length !== to.length) throw new RangeError('both texts must have the same number of bytes');",
        '',
      ],
    ],
  },
  {
    name: 'runs-into-the-ciphertext',
    fails: 'impossible-refused',
    edits: [["if (from.length > BLOCK) throw new RangeError('the IV reaches the first block only');", '']],
  },
  { name: 'takes-the-first-answer', fails: 'two-right-answers', edits: [[SECOND_LOOK, 'return value;']] },
  {
    name: 'takes-the-first-answer-from-above',
    fails: 'two-right-answers',
    edits: [
      [SECOND_LOOK, 'return value;'],
      [ORACLE_LOOP, 'for (let value = 255; value >= 0; value--) {'],
    ],
  },
  {
    name: 'takes-the-first-answer-behind-other-bytes',
    fails: 'two-right-answers',
    edits: [
      [SECOND_LOOK, 'return value;'],
      ['(j > i ? byte ^ padding : 0)', '(j > i ? byte ^ padding : 0x5a)'],
    ],
  },
  {
    name: 'one-value-never-tried',
    fails: 'every-padding',
    edits: [[ORACLE_LOOP, 'for (let value = 0; value < 200; value++) {']],
  },
  {
    name: 'first-block-skipped',
    fails: 'oracle-reads',
    edits: [['let start = BLOCK; start', 'let start = 2 * BLOCK; start']],
  },
  {
    name: 'iv-before-every-block',
    fails: 'many-blocks',
    edits: [['sealed.subarray(start - BLOCK, start)', 'sealed.subarray(0, BLOCK)']],
  },
  {
    name: 'padding-left-in-the-text',
    fails: 'every-padding',
    edits: [['padded.slice(0, padded.length - padding)', 'padded']],
  },
  {
    name: 'whole-block-of-padding-left-in',
    fails: 'every-padding',
    edits: [['padded.length - padding)', 'padded.length - (padding % BLOCK))']],
  },
  {
    name: 'bytes-read-one-by-one-as-letters',
    fails: 'many-blocks',
    edits: [["padded.length - padding)).toString('utf8')", "padded.length - padding)).toString('latin1')"]],
  },
  {
    name: 'asks-everything-three-times',
    fails: 'few-questions',
    edits: [
      [
        'if (!(await isPaddingRight(joined(forged, block)))) continue;',
        'const all = [await isPaddingRight(joined(forged, block)), await isPaddingRight(joined(forged, block)), await isPaddingRight(joined(forged, block))];\n    if (!all[0]) continue;',
      ],
      ['for (let value = 0; value < 256; value++)', 'for (let value = 255; value >= 0; value--)'],
      [
        "  throw new Error('the oracle never",
        "  for (let i = 0; i < 5000; i++) await isPaddingRight(forged);\n  throw new Error('the oracle never",
      ],
    ],
  },
  {
    name: 'fixed-iv',
    fails: 'iv-never-repeats',
    edits: [['const iv = randomBytes(BLOCK);', 'const iv = Buffer.alloc(BLOCK, 1);']],
  },
  {
    name: 'one-key-for-both',
    fails: 'sealed-layout',
    edits: [['return joined(body, macOf(macKey, body));', 'return joined(body, macOf(encKey, body));']],
  },
  {
    name: 'mac-then-encrypt',
    fails: 'sealed-layout',
    edits: [
      ['return joined(body, macOf(macKey, body));', 'return joined(body, macOf(macKey, Buffer.from(text)));'],
    ],
  },
  {
    name: 'iv-not-in-the-mac',
    fails: 'changed-refused',
    edits: [
      [
        'return joined(body, macOf(macKey, body));',
        'return joined(body, macOf(macKey, body.subarray(BLOCK)));',
      ],
      [
        'timingSafeEqual(mac, macOf(macKey, body))',
        'timingSafeEqual(mac, macOf(macKey, body.subarray(BLOCK)))',
      ],
    ],
  },
  {
    name: 'mac-ignored',
    fails: 'changed-refused',
    edits: [
      [
        "if (!timingSafeEqual(mac, macOf(macKey, body))) throw new Error('wrong MAC');",
        'void timingSafeEqual; void mac;',
      ],
    ],
  },
  {
    name: 'short-mac-accepted',
    fails: 'cut-refused',
    edits: [
      [
        'const body = sealed.subarray(0, -MAC_LENGTH);',
        'const end = sealed.length - (sealed.length % BLOCK || MAC_LENGTH);\n    const body = sealed.subarray(0, end);',
      ],
      ['const mac = sealed.subarray(-MAC_LENGTH);', 'const mac = sealed.subarray(end);'],
      [
        'timingSafeEqual(mac, macOf(macKey, body))',
        'timingSafeEqual(mac, macOf(macKey, body).subarray(0, mac.length))',
      ],
    ],
  },
  {
    name: 'half-of-the-mac-compared',
    fails: 'changed-refused',
    edits: [
      [
        'timingSafeEqual(mac, macOf(macKey, body))',
        'timingSafeEqual(mac.subarray(0, 16), macOf(macKey, body).subarray(0, 16))',
      ],
    ],
  },
  {
    name: 'text-decoded-in-pieces',
    fails: 'opens-ours',
    edits: [
      [
        "const plain = joined(decipher.update(body.subarray(BLOCK)), decipher.final());\n    return Buffer.from(plain).toString('utf8');",
        "return decipher.update(body.subarray(BLOCK)).toString('utf8') + decipher.final().toString('utf8');",
      ],
    ],
  },
  {
    name: 'padding-error-told',
    fails: 'one-error',
    edits: [
      [
        '  } catch {\n    throw new Error(',
        '  } catch (error) {\n    if ((error as Error).message !== "wrong MAC") throw error;\n    throw new Error(',
      ],
    ],
  },
  {
    name: 'empty-text-instead-of-an-error',
    fails: 'one-error',
    edits: [
      ["throw new Error('this message was not sealed under these keys, or was changed');", "return '';"],
    ],
  },
];
