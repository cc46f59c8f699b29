/** The second factor: time-based one-time passwords (RFC 6238), as authenticator apps make them. */
import { generateSecret, generateURI, verify } from 'otplib';
import type { AnswersTo } from '#chat/questions';

/** Seconds in a time step; RFC 6238 §5.2 allows a clock to be one step off. */
const STEP = 30;
const ISSUER = 'Wireglass';

export const secondFactorAnswers: AnswersTo<'newSecondFactor' | 'codeStep'> = {
  newSecondFactor: ({ name }) => {
    const secret = generateSecret();
    return Promise.resolve({ secret, uri: generateURI({ issuer: ISSUER, label: name, secret }) });
  },

  codeStep: async ({ secret, code, now }) => {
    const digits = code.replace(/\s/g, '');
    if (!/^\d{6}$/.test(digits)) return undefined;
    const epoch = Math.floor(now / 1_000);
    const result = await verify({ secret, token: digits, epoch, epochTolerance: STEP });
    return result.valid ? Math.floor(epoch / STEP) + result.delta : undefined;
  },
};
