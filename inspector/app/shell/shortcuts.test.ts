// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { askedBy } from './shortcuts.ts';

/** What a key asks for when it is pressed in an element of this kind. */
function pressed(key: string, options: KeyboardEventInit = {}, where = 'div') {
  const element = document.body.appendChild(document.createElement(where));
  let asked: ReturnType<typeof askedBy>;
  element.addEventListener('keydown', (event) => (asked = askedBy(event)));
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...options }));
  element.remove();
  return asked;
}

describe('the keys of the shell', () => {
  it('open the palette from anywhere, in a text, too', () => {
    expect(pressed('k', { ctrlKey: true })).toBe('palette');
    expect(pressed('K', { metaKey: true })).toBe('palette');
    expect(pressed('k', { ctrlKey: true }, 'input')).toBe('palette');
  });

  it('list the shortcuts, except where a question mark is typed', () => {
    expect(pressed('?', { shiftKey: true })).toBe('shortcuts');
    for (const where of ['input', 'textarea', 'select']) expect(pressed('?', {}, where)).toBeUndefined();
  });

  it('leave every other key alone', () => {
    expect(pressed('k')).toBeUndefined();
    expect(pressed('k', { ctrlKey: true, shiftKey: true })).toBeUndefined();
    expect(pressed('k', { ctrlKey: true, altKey: true })).toBeUndefined();
    expect(pressed('?', { ctrlKey: true })).toBeUndefined();
    expect(pressed('?', { isComposing: true })).toBeUndefined();
  });
});
