/** The keys of the chat, for the list that `?` opens. */
export const CHAT_KEYS = [
  {
    where: 'In the message',
    keys: [
      { keys: ['Enter'], does: 'Send it' },
      { keys: ['Shift Enter'], does: 'Begin a new line' },
      { keys: ['/'], does: 'Begin a command' },
      { keys: ['Tab'], does: 'Take the suggestion' },
      { keys: ['↑'], does: 'Edit your last message, while nothing is written' },
      { keys: ['Esc'], does: 'Close the suggestions, or do not reply or edit' },
    ],
  },
] as const;
