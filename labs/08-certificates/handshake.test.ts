/** What a verifying client says of certificates that a server cannot even start with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mutate } from '#judge/mutant';
import { judgeText } from '../../test/support/labs/judging.ts';
import { lessonByName } from '../lessons.ts';
import { MUTANTS } from './mutants.ts';

it('judges certificates signed with SHA-1, with which OpenSSL lets no server start', async () => {
  const lesson = lessonByName('08-certificates');
  const mutant = MUTANTS.find(({ name }) => name === 'sha-1-by-default');
  if (!lesson || !mutant) throw new Error('the lab or its mutant has another name');
  const solution = readFileSync(join(import.meta.dirname, 'solution.ts'), 'utf8');
  const { results } = await judgeText(lesson, mutate(solution, mutant));
  const failed = results.filter(({ state }) => state === 'failed');
  expect(failed.map(({ id }) => id)).toEqual(['sha-256', 'accepted', 'refused']);
  expect(failed[1]?.finding?.got).toContain('ERR_SSL_CA_MD_TOO_WEAK');
});
