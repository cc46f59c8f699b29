import type { Mutant } from '#judge/mutant';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'registrations-forgotten',
    fails: 'a-registration',
    edits: [["type !== 'login' && type !== 'register'", "type !== 'login'"]],
  },
  {
    name: 'one-message-per-segment',
    fails: 'cut-anywhere',
    edits: [
      ['    for (;;) {\n      const payload', '    for (let i = 0; i < 1; i++) {\n      const payload'],
    ],
  },
  {
    name: 'starts-anew-with-each-segment',
    fails: 'cut-anywhere',
    edits: [
      ['  const decoder = createFrameDecoder(MAX_PAYLOAD);\n', ''],
      [
        '    decoder.push(bytes);',
        '    const decoder = createFrameDecoder(MAX_PAYLOAD);\n    decoder.push(bytes);',
      ],
    ],
  },
  {
    name: 'letters-of-one-byte',
    fails: 'cut-anywhere',
    edits: [['new TextDecoder().decode(payload)', 'String.fromCharCode(...payload)']],
  },
  {
    name: 'one-decoder-for-both-directions',
    fails: 'both-directions',
    edits: [
      [
        'const read = { c2s: messageReader(), s2c: messageReader() };',
        'const both = messageReader();\n  const read = { c2s: both, s2c: both };',
      ],
    ],
  },
  {
    name: 'refused-ones-too',
    fails: 'only-accepted',
    edits: [['asked.filter(({ accepted }) => accepted)', 'asked']],
  },
  {
    name: 'refusals-taken-for-answers',
    fails: 'only-accepted',
    edits: [["type !== 'auth_success' && type !== 'second_factor_required'", 'ref === undefined']],
  },
  {
    name: 'the-next-answer',
    fails: 'answer-by-ref',
    edits: [['asked.find((each) => each.ref === ref)', 'asked.find((each) => !each.accepted)']],
  },
  {
    name: 'the-last-login-is-meant',
    fails: 'answer-by-ref',
    edits: [['asked.find((each) => each.ref === ref)', 'asked.at(-1)']],
  },
  {
    name: 'second-factor-forgotten',
    fails: 'second-factor',
    edits: [["type !== 'auth_success' && type !== 'second_factor_required'", "type !== 'auth_success'"]],
  },
  {
    name: 'direction-ignored',
    fails: 'words-in-texts',
    edits: [
      [
        "if (direction === 'c2s') noteQuestion(message, asked);\n      else noteAnswer",
        'noteQuestion(message, asked);\n      noteAnswer',
      ],
    ],
  },
  {
    name: 'pattern-in-the-bytes',
    fails: 'words-in-texts',
    edits: [
      [
        'const json: unknown = JSON.parse(new TextDecoder().decode(payload));',
        'const text = new TextDecoder().decode(payload).replaceAll("\\\\", "");\n    const found = /\\{"type":"login".*\\}(?=")/.exec(text);\n    const json: unknown = JSON.parse(found ? found[0] : new TextDecoder().decode(payload));',
      ],
    ],
  },
  {
    name: 'spelling-instead-of-value',
    fails: 'escaped',
    edits: [
      [
        "return typeof json === 'object' && json !== null ? json : {};",
        'const raw = /"password": ?"([^"]*)"/.exec(new TextDecoder().decode(payload));\n    return typeof json === "object" && json !== null ? { ...json, ...(raw && { password: raw[1] }) } : {};',
      ],
    ],
  },
  {
    name: 'falls-over-nonsense',
    fails: 'keeps-what-it-found',
    edits: [["typeof json === 'object' && json !== null ? json : {}", 'json as Message']],
  },
  {
    name: 'throws-on-a-broken-frame',
    fails: 'keeps-what-it-found',
    edits: [['  } catch {\n    return undefined;\n  }', '  } catch (error) {\n    throw error;\n  }']],
  },
  {
    name: 'state-outside-of-the-function',
    fails: 'independent',
    edits: [
      ['  const asked: Question[] = [];\n', ''],
      ['const MAX_PAYLOAD = 65_536;', 'const MAX_PAYLOAD = 65_536;\nconst asked: Question[] = [];'],
    ],
  },
];
