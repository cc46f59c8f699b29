/** What is said of a conversation that the server holds for a class. */
import type { Conversation } from '#dissect/page-conversation';

export function conversationLine({ said, lines, wire, state, error }: Conversation): string {
  if (state === 'running') return `${said} of ${lines} lines spoken, now over ${wire}.`;
  if (error) return `It ended after ${said} of ${lines} lines, over ${wire}: ${error.message}.`;
  return said === lines
    ? `All ${lines} lines were spoken.`
    : `It was stopped after ${said} of ${lines} lines.`;
}
