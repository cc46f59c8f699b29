/** Defences of the chat, whatever wire is below it. */
import { TARGETS } from '#attacks/targets';
import { type Changed, type Mutant, fixedKeys } from './contract.ts';

/** Where blocks do not hide the length already. */
const bytewise = (verdict: string): Changed =>
  Object.fromEntries(
    TARGETS.filter(({ suite }) => !suite || suite.padding === 0).map(({ id }) => [id, verdict]),
  );

export const CHAT: readonly Mutant[] = [
  {
    without: 'references of messages that the store knows',
    edits: [
      {
        file: 'server/store/commits.ts',
        from: 'return [id, room, from, author, ref ?? null, text,',
        to: 'return [id, room, from, author, ref && null, text,',
      },
    ],
    changes: { 'replay-message': { plain: 'succeeds', ...fixedKeys('succeeds') } },
    unmoved: ['replay-login'],
  },
  {
    without: 'a new token each time that somebody comes back',
    edits: [
      {
        file: 'server/chat/commands/accounts/resume.ts',
        from: 'const token = nextToken(context, shown);',
        to: 'const token = shown;',
      },
    ],
    changes: { 'stale-token': { plain: 'succeeds' } },
    unmoved: ['sniff-token'],
  },
  {
    without: 'the end of a login whose old token turns up',
    edits: [
      {
        file: 'server/chat/commands/accounts/resume.ts',
        from: 'if (hash !== login.tokenHash && !isNext) return',
        to: 'if (hash !== login.tokenHash && !isNext && hash === token) return',
      },
    ],
    changes: { 'stale-token': { plain: 'succeeds' } },
  },
  {
    without: 'padding of messages',
    edits: [
      {
        file: 'client/session/outbox.ts',
        from: 'if (length <= payload.length) return payload;',
        to: 'if (length > 0) return payload;',
      },
    ],
    changes: { 'lengths-padded': bytewise('succeeds') },
    unmoved: ['lengths'],
  },
];
