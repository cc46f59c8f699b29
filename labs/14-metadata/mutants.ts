import type { Mutant } from '#judge/mutant';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'frame-header-forgotten',
    fails: 'record-length',
    edits: [['const FRAME_HEADER = 4;', 'const FRAME_HEADER = 0;']],
  },
  { name: 'content-type-forgotten', fails: 'record-length', edits: [['tls: 5 + 1 + 16', 'tls: 5 + 16']] },
  { name: 'nonce-counted-in', fails: 'record-length', edits: [['  psk: 12 + 16,', '  psk: 12 + 12 + 16,']] },
  {
    name: 'wires-do-not-add-up',
    fails: 'record-length',
    edits: [["'tls+psk': 12 + 16 + 5 + 1 + 16", "'tls+psk': 5 + 1 + 16"]],
  },
  {
    name: 'characters-instead-of-bytes',
    fails: 'guess-as-written',
    edits: [['return utf8(JSON.stringify(text)).length;', 'return JSON.stringify(text).length;']],
  },
  {
    name: 'escapes-forgotten',
    fails: 'guess-as-written',
    edits: [['return utf8(JSON.stringify(text)).length;', 'return utf8(text).length;']],
  },
  {
    name: 'sample-ignored',
    fails: 'guess-by-length',
    edits: [
      [
        'const surrounding = sample.length - lengthInJson(sample.text);',
        'const surrounding = sample.length - sample.length + 60;',
      ],
    ],
  },
  {
    name: 'first-that-fits',
    fails: 'guess-all-that-fit',
    edits: [['=== length);', '=== length).slice(0, 1);']],
  },
  {
    name: 'nearest-instead-of-equal',
    fails: 'guess-all-that-fit',
    edits: [['=== length);', '<= length);']],
  },
  {
    name: 'no-mark-when-it-fits',
    fails: 'lengths-equal',
    edits: [
      [
        'Math.ceil((utf8(text).length + 1) / block) * block',
        'Math.max(1, Math.ceil(utf8(text).length / block)) * block',
      ],
    ],
  },
  { name: 'zeros-alone', fails: 'padded-as-agreed', edits: [['  padded[bytes.length] = MARK;\n', '']] },
  {
    name: 'random-length',
    fails: 'lengths-equal',
    edits: [
      [
        'new Uint8Array(paddedLength(text, block))',
        'new Uint8Array(bytes.length + 1 + Math.floor(Math.random() * block))',
      ],
    ],
  },
  {
    name: 'one-block-too-many',
    fails: 'padded-as-agreed',
    edits: [
      [
        'Math.ceil((utf8(text).length + 1) / block) * block',
        '(Math.floor((utf8(text).length + 1) / block) + 1) * block',
      ],
    ],
  },
  {
    name: 'takes-off-zeros-and-marks',
    fails: 'bad-padding-refused',
    edits: [
      [
        "if (end === -1 || bytes[end] !== MARK) throw new Error('this is not padded');",
        'if (bytes[end] !== MARK) return new TextDecoder().decode(bytes.subarray(0, end + 1));',
      ],
    ],
  },
  {
    name: 'first-mark-instead-of-the-last',
    fails: 'unpadded',
    edits: [['bytes.findLastIndex((byte) => byte !== 0)', 'bytes.findIndex((byte) => byte === MARK)']],
  },
  {
    name: 'text-trimmed',
    fails: 'unpadded',
    edits: [['.decode(bytes.subarray(0, end));', ".decode(bytes.subarray(0, end)).replace(/\\0+$/, '');"]],
  },
  {
    name: 'average-of-the-factors',
    fails: 'price',
    edits: [
      [
        'sum(after) / before',
        'sum(texts.map((text) => paddedLength(text, block) / utf8(text).length)) / texts.length + 0 * before',
      ],
    ],
  },
  { name: 'texts-counted', fails: 'price', edits: [['new Set(after).size', 'new Set(texts).size']] },
  {
    name: 'counts-oneself',
    fails: 'answers-to-oneself',
    edits: [['if (other !== client) counts', 'counts']],
  },
  {
    name: 'no-window',
    fails: 'answers-to-oneself',
    edits: [["direction === 's2c' && time <= until", "direction === 's2c' && time <= until + 1e4"]],
  },
  { name: 'looks-back', fails: 'answers-to-oneself', edits: [['seen.slice(i + 1)', 'seen']] },
  {
    name: 'counts-what-others-send',
    fails: 'answers-to-oneself',
    edits: [
      ["direction === 's2c' && time <= until", 'time <= until'],
      ['({ time, direction }) => time', '({ time }) => time'],
    ],
  },
  {
    name: 'every-record-counts',
    fails: 'bursts-count-once',
    edits: [
      ['): Set<string> {', '): readonly string[] {'],
      ['return new Set(soon.map(({ client }) => client));', 'return soon.map(({ client }) => client);'],
    ],
  },
  {
    name: 'the-least-frequent',
    fails: 'partner-found',
    edits: [['b - a);', 'a - b);']],
  },
];
