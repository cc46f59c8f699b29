import { expect, it } from 'vitest';
import { confine } from './confine.ts';

it('takes the network and the storage from a scope, wherever in its prototypes they are', () => {
  class Scope {
    get indexedDB(): string {
      return 'everything the page keeps';
    }
    importScripts(): void {
      throw new Error('loaded something');
    }
  }
  const scope = Object.assign(Object.create(new Scope()) as Record<string, unknown>, {
    fetch: () => 'an answer',
    atob: () => 'stays',
  });
  confine(scope);
  expect(scope['fetch']).toBeUndefined();
  expect(scope['indexedDB']).toBeUndefined();
  expect(scope['importScripts']).toBeUndefined();
  expect(Object.keys(Object.getOwnPropertyDescriptors(Scope.prototype))).toEqual(['constructor']);
  expect((scope['atob'] as () => string)()).toBe('stays');
});
