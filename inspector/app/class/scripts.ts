/** Conversations to choose from. Each is a text that can be changed before it is spoken. */
export interface ReadyScript {
  readonly name: string;
  readonly text: string;
}

export const SCRIPTS = {
  meeting: {
    name: 'A place to meet',
    text: `ana: Ben, are you there?
ben: I am. Where do we meet?
ana: At the north gate, at nine.
ben: Who else knows about it?
ana: Whoever can read this.`,
  },
  lengths: {
    name: 'Yes or no: what lengths give away',
    text: `ana: Do you agree?
ben: no
ana: Please think about it once more. Do you agree?
ben: yes
ana: Eve has seen how long each answer was.`,
  },
  again: {
    name: 'The same words again',
    text: `ana: attack at dawn
ben: attack at dawn
ana: attack at dawn
ben: Compare the bytes of these lines: where do they look the same?`,
  },
} as const satisfies Record<string, ReadyScript>;

export type ScriptId = keyof typeof SCRIPTS;
