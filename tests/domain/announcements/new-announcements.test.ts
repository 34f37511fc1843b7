import { describe, expect, test } from 'vitest';
import {
  type Draft,
  newIncident,
  newMaintenance,
  newNotice,
  updateText,
} from '../../../src/domain/announcements/new-announcements.ts';
import { Failure } from '../../../src/model/failure.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { INCIDENT, Written } from './written.ts';

const DRAFT: Draft = { title: { ja: '題', en: null }, text: { ja: '本文', en: null }, audience: 'all' };
const NO_RELEASE = { version: null, takesEffectAt: null };
const TIMES = { from: '2026-11-30T17:00:00.000Z', until: '2026-11-30T19:00:00.000Z' };

/** The English sentence of a refusal that speaks both languages. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure && error.code === 'invalid-input' && error.text && error.text.ja !== error.text.en) {
      return error.text.en;
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a notice', () => {
  test('keeps Markdown exactly as typed', () => {
    const text = { ja: '# 変更点\n\n- *太字*\t<b>でない</b>\r\n', en: ' # Changes ' };
    const release = { version: '1.4.0', takesEffectAt: '2026-12-01T02:00:00.000Z' };
    expect(newNotice({ ...DRAFT, ...release, text }, FAKE_START)).toEqual({
      kind: 'notice',
      title: DRAFT.title,
      audience: 'all',
      text,
      ...release,
    });
  });

  test.each<[Partial<Draft>, string]>([
    [{ title: { ja: '', en: null } }, 'The title must be'],
    [{ title: { ja: '　', en: null } }, 'The title must be'],
    [{ title: { ja: '二\n行', en: null } }, 'The title must be'],
    [{ title: { ja: 'あ'.repeat(101), en: null } }, 'The title must be'],
    [{ title: { ja: '題', en: '\u0007' } }, 'The title must be'],
    [{ title: { ja: '題', en: ' ' } }, 'The title must be'],
    [{ text: { ja: ' \n', en: null } }, 'The text must be 1 to 10000'],
    [{ text: { ja: 'あ'.repeat(10_001), en: null } }, 'The text must be 1 to 10000'],
    [{ text: { ja: '\u0000', en: null } }, 'The text must be'],
    [{ text: { ja: '本文', en: '\ud800' } }, 'The text must be'],
  ])('is refused for %j', (change, sentence) => {
    expect(refusal(() => newNotice({ ...DRAFT, ...NO_RELEASE, ...change }, FAKE_START))).toContain(sentence);
  });

  test.each(['', '1', '1.2', 'v1.2.3', '01.2.3', '1.2.3 ', '1.2.3+build', `1.2.3-${'a'.repeat(50)}`])(
    'is refused for the version %j',
    (version) => {
      expect(refusal(() => newNotice({ ...DRAFT, ...NO_RELEASE, version }, FAKE_START))).toContain('is not a version');
    },
  );

  test.each(['0.1.0', '1.2.3', '10.20.30-rc.1'])('may name the version %j', (version) => {
    expect(newNotice({ ...DRAFT, ...NO_RELEASE, version }, FAKE_START).version).toBe(version);
  });

  test('does not take effect in the past', () => {
    const takesEffectAt = new Date(FAKE_START).toISOString();
    expect(refusal(() => newNotice({ ...DRAFT, version: null, takesEffectAt }, FAKE_START))).toContain('is past');
  });

  test('takes characters, not code units, as its measure', () => {
    const title = { ja: '𠮷'.repeat(100), en: null };
    expect(newNotice({ ...DRAFT, ...NO_RELEASE, title }, FAKE_START).title).toEqual(title);
  });
});

describe('maintenance', () => {
  test.each([
    [{ from: TIMES.until, until: TIMES.from }, 'not after its begin'],
    [{ from: TIMES.from, until: TIMES.from }, 'not after its begin'],
    [{ from: '2026-11-23T00:00:00.000Z', until: '2026-11-24T03:00:00.000Z' }, 'is past'],
  ])('is refused for %j', (times, sentence) => {
    expect(refusal(() => newMaintenance({ ...DRAFT, ...times }, FAKE_START))).toContain(sentence);
  });

  test('may have begun already', () => {
    const times = { from: '2026-11-24T02:00:00.000Z', until: '2026-11-24T04:00:00.000Z' };
    expect(newMaintenance({ ...DRAFT, ...times }, FAKE_START)).toMatchObject(times);
  });
});

describe('an incident', () => {
  test('has a short text', () => {
    const text = { ja: 'あ'.repeat(2_001), en: null };
    expect(refusal(() => newIncident({ ...DRAFT, text }))).toContain('1 to 2000');
  });

  test('takes updates until it is resolved', () => {
    const written = new Written();
    const id = written.announce(INCIDENT);
    const open = written.announcements[0];
    written.resolve(id, '直りました。', FAKE_START + 1);
    const resolved = written.announcements[0];
    if (open === undefined || resolved === undefined) throw new Error('no incident');
    expect(updateText(open, DRAFT.text)).toEqual(DRAFT.text);
    expect(refusal(() => updateText(open, { ja: ' ', en: null }))).toContain('The text must be');
    expect(refusal(() => updateText(resolved, DRAFT.text))).toContain('was resolved at');
  });
});
