/** The text of each lab has the parts that the site and the runner rely on, and its links lead somewhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '#dissect/filter/index';
import { compilePattern } from '#dissect/filter/pattern';
import { isWireName } from '../inspector/ui/wires.ts';
import { parseRoute } from '../inspector/app/model/route.ts';
import { ruleFor } from '../test/support/labs/rules.ts';
import { shownCommands } from '../test/support/texts/shown.ts';
import { LESSONS } from './lessons.ts';

describe.each(LESSONS)('the text of $name', (lesson) => {
  const folder = join(import.meta.dirname, lesson.name);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const hints = readFileSync(join(folder, 'hints.md'), 'utf8');

  it('begins with its number, its title, its goal and its time', () => {
    const [number] = lesson.name.split('-');
    expect(readme).toMatch(new RegExp(`^# ${number} · ${lesson.title}\n`));
    expect(readme).toContain(`**Goal:** ${lesson.goal}\n`);
    expect(readme).toContain(`**Time:** about ${lesson.minutes} minutes.`);
    expect(readme).toContain('**Before you start:**');
  });

  it('has two to five steps, each with something to predict', () => {
    const steps = readme.split(/^## /m).filter((section) => section.startsWith('Step '));
    expect(steps.length).toBeGreaterThanOrEqual(2);
    expect(steps.length).toBeLessThanOrEqual(5);
    for (const step of steps) expect(step).toContain('<details class="predict"><summary>Predict: ');
  });

  it('closes what it folds away', () => {
    const count = (part: string): number => readme.split(part).length - 1;
    expect(count('<details')).toBe(count('</details>'));
    expect(count('<details')).toBe(count('<summary>'));
    expect(count('<summary>')).toBe(count('</summary>'));
  });

  it('ends with questions and with where it goes from here', () => {
    expect(readme).toMatch(/^## Questions\n[^]*<details><summary>[^]*^## Where it goes from here\n/m);
  });

  it('links to views that the page has, with filters that it understands', () => {
    const links = [...readme.matchAll(/\(http:\/\/127\.0\.0\.1:8080\/(#[^)\s]*)\)/g)].map(([, hash]) => hash);
    expect(links.length).toBeGreaterThan(0);
    for (const hash of links as string[]) {
      expect(isWireName(new URLSearchParams(hash.slice(1)).get('wire')), hash).toBe(true);
      const { filter } = parseRoute(hash);
      if (filter !== '') expect(compileFilter(filter, compilePattern), filter).toHaveProperty('ok', true);
    }
  });

  it('shows the first verdict about the starter, and then the one of a file that passes', () => {
    const [number] = lesson.name.split('-');
    const total = lesson.checks.length;
    const shown = shownCommands(readme);
    const place = (command: string): number =>
      shown.findIndex((each) => each.command === `npx wireglass lab ${command} ${number}`);
    const order = ['start', 'watch', 'check', 'diff'].map(place);
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const verdicts = ['watch', 'check'].map((command) => shown[place(command)]?.output?.join('\n'));
    expect(verdicts[0]).toMatch(new RegExp(`^${lesson.name}: \\d+ of ${total} checks passed$`, 'm'));
    expect(verdicts[0]).toMatch(/^ {10}why /m);
    expect(verdicts[1]).toMatch(new RegExp(`^${lesson.name}: ${total} of ${total} checks passed$`, 'm'));
  });

  it('shows no command that is never tried', () => {
    const untried = shownCommands(readme).filter((shown) => !ruleFor(shown));
    expect(untried).toEqual([]);
  });

  it('has three levels of hints', () => {
    expect([...hints.matchAll(/^## (.*)$/gm)].map(([, level]) => level)).toEqual(['1', '2', '3']);
  });

  it('shows nothing of the checks that does not exist', () => {
    const ids = new Set(lesson.checks.map(({ id }) => id));
    const named = [...readme.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map(([, id]) => id as string);
    const others = new Set(LESSONS.map(({ name }) => name));
    const known = /^(aes|chacha20|x25519|hmac|sha)-/;
    expect(named.filter((id) => !ids.has(id) && !others.has(id) && !known.test(id))).toEqual([]);
  });

  it('looks at wires and filters that exist', () => {
    for (const { look } of lesson.checks) {
      if (!look) continue;
      expect(isWireName(look.wire)).toBe(true);
      if (look.filter !== undefined)
        expect(compileFilter(look.filter, compilePattern), look.filter).toHaveProperty('ok', true);
    }
  });
});
