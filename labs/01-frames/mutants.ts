import type { Mutant } from '#judge/mutant';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'one-frame-a-read',
    fails: 'glued-reads',
    edits: [['kept = kept.subarray(4 + length);', 'kept = new Uint8Array(0);']],
  },
  {
    name: 'does-not-wait-for-the-payload',
    fails: 'split-reads',
    edits: [['if (kept.length < 4 + length) return undefined;', '']],
  },
  {
    name: 'does-not-wait-for-the-length',
    fails: 'split-reads',
    edits: [['if (kept.length < 4) return undefined;', 'if (kept.length === 0) return undefined;']],
  },
  { name: 'little-endian', fails: 'one-frame', edits: [['.getUint32(0)', '.getUint32(0, true)']] },
  {
    name: 'length-not-capped',
    fails: 'length-capped',
    edits: [['if (length > maxPayload) throw new Error(`a frame of ${length} bytes is too long`);', '']],
  },
  { name: 'signed-length', fails: 'length-capped', edits: [['.getUint32(0)', '.getInt32(0)']] },
  {
    name: 'cap-off-by-one',
    fails: 'largest-frame',
    edits: [['length > maxPayload', 'length >= maxPayload']],
  },
  {
    name: 'empty-frame-accepted',
    fails: 'no-empty-frame',
    edits: [["if (length === 0) throw new Error('a frame must not be empty');", '']],
  },
  {
    name: 'two-bytes-of-length',
    fails: 'length-capped',
    edits: [['.getUint32(0)', '.getUint16(2)']],
  },
  {
    name: 'bytes-not-copied',
    fails: 'pieces-kept',
    edits: [
      [
        'const joined = new Uint8Array(kept.length + bytes.length);',
        'if (kept.length === 0) return void (kept = bytes as typeof kept);\n      const joined = new Uint8Array(kept.length + bytes.length);',
      ],
    ],
  },
  {
    name: 'shared-between-decoders',
    fails: 'independent',
    edits: [
      ['  let kept = new Uint8Array(0);\n', ''],
      ['/** A frame is', 'let kept = new Uint8Array(0);\n\n/** A frame is'],
    ],
  },
  {
    name: 'forgets-the-fault',
    fails: 'frames-before-the-fault',
    edits: [
      [
        'if (length > maxPayload) throw',
        'if (length > maxPayload) kept = new Uint8Array(0);\n      if (length > maxPayload) throw',
      ],
    ],
  },
];
