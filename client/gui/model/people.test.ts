import { describe, expect, it } from 'vitest';
import { type Person, inOrder } from './people.ts';

describe('the list of people', () => {
  it('has those who may do most first, and names as a person would count them', () => {
    const person = (name: string, role: Person['role'] = 'user'): Person => ({
      name,
      role,
      presence: 'here',
      via: 'tls',
    });
    const people = [person('student-10'), person('zoe', 'admin'), person('student-2'), person('Ada')];
    expect(inOrder(people).map(({ name }) => name)).toEqual(['zoe', 'Ada', 'student-2', 'student-10']);
  });
});
