/**
 * Every command that README, CONTRIBUTING and the pages of the site show is typed, by a reader with one workbench; for the
 * few that no test can type, something in their place is looked at. The texts of labs have tests of their own.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../support/programs/tools.ts';
import { labCommands, pageCommands } from '../support/texts/page-commands.ts';
import { pageRule } from '../support/texts/page-rules.ts';
import { Reader } from '../support/texts/reader.ts';
import { asShown } from '../support/texts/shown.ts';

const inLabs = labCommands();
const commands = pageCommands().filter(({ command }) => !inLabs.has(command));

describe('what pages show', () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await Reader.open();
  });
  afterAll(() => reader.close());

  it.for(commands)('$command ($place)', async ({ command, output }, { skip }) => {
    const rule = pageRule(command);
    if (!rule) throw new Error('no rule for this command');
    if (rule.needs) skip(findTool(rule.needs) === undefined, `it needs ${rule.needs}`);
    const printed = await rule.run(reader, command);
    if (output) expect(asShown(output, printed ?? '')).toEqual(output);
  });
});

describe('the rules', () => {
  it('do not know a command that nobody has thought of', () => {
    for (const command of ['rm -r docs', 'npx wireglass chta', 'npx wireglass serve --wek-suites', 'npm run'])
      expect(pageRule(command), command).toBeUndefined();
  });

  it('say why a command is not run', () => {
    const instead = commands.filter(({ command }) => pageRule(command)?.instead !== undefined);
    expect(instead.length).toBeLessThan(commands.length / 2);
  });
});
