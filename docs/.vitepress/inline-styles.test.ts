import { describe, expect, it } from 'vitest';
import { stylesheet, withClasses, withoutStyles } from './inline-styles.ts';

describe('styles in attributes', () => {
  it('become classes, with a rule for each', () => {
    const [plain, given] = [
      withClasses('<td style="text-align:right;">1</td>'),
      withClasses('<p class="a" id="b" style="color:red">x</p>'),
    ];
    const [, right = ''] = /^<td class="(i-[0-9a-f]{8})">1<\/td>$/.exec(plain) ?? [];
    const [, red = ''] = /^<p class="a (i-[0-9a-f]{8})" id="b">x<\/p>$/.exec(given) ?? [];
    expect(stylesheet().split('\n')).toEqual(
      expect.arrayContaining([
        `.${right}.${right}.${right}{text-align:right;}`,
        `.${red}.${red}.${red}{color:red}`,
      ]),
    );
    expect(withClasses('<th style="text-align:right;">2</th>')).toBe(`<th class="${right}">2</th>`);
  });

  it('are left out where they say nothing, and elsewhere left alone', () => {
    expect(withoutStyles('<div class="x" style="--vp-vh:0px;">y</div>')).toBe('<div class="x">y</div>');
    expect(withClasses('<p>a style="b" in a text</p>')).toBe('<p>a style="b" in a text</p>');
  });
});
