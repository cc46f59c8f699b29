import type { Mutant } from '#judge/mutant';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'names-compared-by-case',
    fails: 'unique-names',
    edits: [['other.toLowerCase() === name.toLowerCase()', 'other === name']],
  },
  {
    name: 'echo-to-the-author',
    fails: 'broadcast',
    edits: [
      [
        "{ to: others(id), message: { type: 'message'",
        "{ to: [...others(id), id], message: { type: 'message'",
      ],
    ],
  },
  {
    name: 'only-one-other-hears',
    fails: 'broadcast',
    edits: [
      [
        "{ to: others(id), message: { type: 'message'",
        "{ to: others(id).slice(0, 1), message: { type: 'message'",
      ],
    ],
  },
  {
    name: 'told-of-its-own-join',
    fails: 'coming-and-going',
    edits: [
      [
        'return [answer, { to: others(id), message: news }];',
        'return [answer, { to: [...others(id), id], message: news }];',
      ],
    ],
  },
  {
    name: 'leaving-not-told',
    fails: 'coming-and-going',
    edits: [
      [
        "return name === undefined ? [] : [{ to: others(id), message: { type: 'member_left', room: ROOM, name } }];",
        'return name === undefined ? [] : [];',
      ],
    ],
  },
  {
    name: 'outsiders-announced-when-they-go',
    fails: 'coming-and-going',
    edits: [
      [
        'const name = connections.get(id)?.name;\n    connections.delete(id);',
        'const name = connections.get(id)?.name ?? connections.get(id)?.guestName;\n    connections.delete(id);',
      ],
    ],
  },
  {
    name: 'members-never-forgotten',
    fails: 'name-free-again',
    edits: [['    connections.delete(id);\n', '']],
  },
  {
    name: 'speaks-without-joining',
    fails: 'outsiders',
    edits: [
      ["if (name === undefined) throw new Refusal('not_joined', 'join the room first', false);", ''],
      ['{ name, wire }: Connection', "{ name = 'nobody', wire }: Connection"],
    ],
  },
  {
    name: 'outsiders-hear',
    fails: 'outsiders',
    edits: [
      [
        'const others = (id: number) =>\n    members()\n      .map(([member]) => member)',
        'const others = (id: number) =>\n    [...connections.keys()]',
      ],
    ],
  },
  {
    name: 'bad-json-throws',
    fails: 'bad-input',
    edits: [["throw new Refusal('bad_json', 'that is not JSON');", "throw new Error('that is not JSON');"]],
  },
  {
    name: 'null-is-an-object',
    fails: 'bad-input',
    edits: [[' || request === null', '']],
  },
  {
    name: 'any-type-accepted',
    fails: 'bad-input',
    edits: [
      [
        "if (!TYPES.includes(type)) throw new Refusal('unknown_type', `there is no message of type ${type}`);",
        '',
      ],
    ],
  },
  {
    name: 'connection-kept-open',
    fails: 'bad-input',
    edits: [['return fatal ? [refusal, { close: id }] : [refusal];', 'return [refusal];']],
  },
  {
    name: 'name-not-capped',
    fails: 'bad-input',
    edits: [['isText(name, LONGEST_NAME)', 'isText(name, Infinity)']],
  },
  {
    name: 'text-not-capped',
    fails: 'long-text',
    edits: [
      ['isText((request as Request).text, LONGEST_TEXT)', 'isText((request as Request).text, Infinity)'],
    ],
  },
  {
    name: 'text-capped-too-early',
    fails: 'long-text',
    edits: [['value.length <= longest', 'value.length < longest']],
  },
  { name: 'same-id-for-ever', fails: 'acknowledged', edits: [['    lastId += 1;\n', '']] },
  {
    name: 'ref-forgotten',
    fails: 'acknowledged',
    edits: [["{ type: 'ack', ref, ...about }", "{ type: 'ack', ...about }"]],
  },
  { name: 'same-guest-name', fails: 'guest-names', edits: [['    lastGuest += 1;\n', '']] },
  {
    name: 'joins-twice',
    fails: 'one-join',
    edits: [['const isNew = connection.name === undefined;', 'const isNew = true;']],
  },
  {
    name: 'refusal-is-fatal',
    fails: 'unique-names',
    edits: [['is in the room already`, false)', 'is in the room already`)']],
  },
  {
    name: 'no-welcome',
    fails: 'welcome',
    edits: [['return [{ to: [id], message: welcome }];', 'return [];']],
  },
  {
    name: 'pong-without-ref',
    fails: 'ping',
    edits: [["message: { type: 'pong', ref }", "message: { type: 'pong' }"]],
  },
];
