import { expect, test } from 'vitest';
import { AttemptMemory } from '../../../src/domain/sign-in/attempt-memory.ts';
import { SECOND } from '../../../src/model/instant.ts';
import { FAKE_START as now } from '../../support/fake-clock.ts';

test('one attempt at a key runs at a time, and the next may begin when it has ended', () => {
  const memory = new AttemptMemory();
  const end = memory.begin('one');
  expect(end).toBeDefined();
  expect(memory.begin('one')).toBeUndefined();
  expect(memory.begin('other')).toBeDefined();
  end?.();
  expect(memory.begin('one')).toBeDefined();
});

test('attempts at ids of tenants that do not exist wait as any others', () => {
  const memory = new AttemptMemory();
  const results = Array.from({ length: 6 }, () => memory.takeStranger('nowhere/one', now).result);
  expect(results).toEqual(['taken', 'taken', 'taken', 'taken', 'taken', 'wait']);
  expect(memory.takeStranger('nowhere/other', now).result).toBe('taken');
  expect(memory.takeStranger('nowhere/one', now + SECOND).result).toBe('taken');
});
