import { Failure } from '../../model/failure.ts';
import { type EpochMs, epochMs, type Instant, instant } from '../../model/instant.ts';
import type { Announcement, Audience, Incident, Maintenance, Notice, Words } from './announcement.ts';

/** One line on a telephone or two; also leaves room for text in what is posted on X. Code points. */
const TITLE_MAX = 100;
/** Some pages of Markdown; bounds what a list of notices can weigh. Code points. */
export const NOTICE_TEXT_MAX = 10_000;
/** What people read while something is broken is short. Code points. */
export const STATUS_TEXT_MAX = 2_000;

/** Semantic Versioning 2.0.0 without build metadata, which does not tell versions apart. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;
const VERSION_MAX = 50;

/** What an operator writes of any announcement. */
export interface Draft {
  readonly title: Words;
  readonly text: Words;
  readonly audience: Audience;
}

/** A notice. Throws Failure `invalid-input` that says what is wrong; `now` is the store's time. */
export function newNotice(
  draft: Draft & { readonly version: string | null; readonly takesEffectAt: Instant | null },
  now: EpochMs,
): Notice {
  const { version, takesEffectAt } = draft;
  if (version !== null) needVersion(version);
  if (takesEffectAt !== null && epochMs(takesEffectAt) <= now) {
    throw refusal(
      `The notice would take effect at ${takesEffectAt}, which is past; it is ${instant(now)} now.`,
      `適用日時（${takesEffectAt}）が過去です。現在は ${instant(now)} です。`,
    );
  }
  return { kind: 'notice', ...drafted(draft, NOTICE_TEXT_MAX), version, takesEffectAt };
}

/** An incident that is open; `version` is the release that an emergency made necessary. Throws like `newNotice`. */
export function newIncident(draft: Draft, version: string | null = null): Incident {
  return { kind: 'incident', ...drafted(draft, STATUS_TEXT_MAX), version };
}

/** Planned work. Throws like `newNotice`, also when it would be over already, or would end before it begins. */
export function newMaintenance(
  draft: Draft & { readonly from: Instant; readonly until: Instant },
  now: EpochMs,
): Maintenance {
  const { from, until } = draft;
  if (epochMs(until) <= epochMs(from)) {
    throw refusal(
      `The maintenance would end at ${until}, not after its begin at ${from}.`,
      `終了（${until}）が開始（${from}）より後になっていません。`,
    );
  }
  if (epochMs(until) <= now) {
    throw refusal(
      `The maintenance would be over at ${until}, which is past; it is ${instant(now)} now.`,
      `終了（${until}）が過去です。現在は ${instant(now)} です。`,
    );
  }
  return { kind: 'maintenance', ...drafted(draft, STATUS_TEXT_MAX), from, until };
}

/** The text of an update or of the resolution of an incident. Throws Failure `invalid-input`. */
export function updateText(incident: Announcement, text: Words): Words {
  if (incident.resolvedAt !== null) {
    throw refusal(
      `The incident was resolved at ${instant(incident.resolvedAt)}; open another one.`,
      `この障害は ${instant(incident.resolvedAt)} に解決済みです。新しく登録してください。`,
    );
  }
  return needText(text, STATUS_TEXT_MAX);
}

/** The version itself. Throws Failure `invalid-input` when it is none. */
export function needVersion(version: string): string {
  if (VERSION.test(version) && version.length <= VERSION_MAX) return version;
  throw refusal(
    `"${version}" is not a version; write it as package.json does, like 1.4.0.`,
    `「${version}」はバージョンとして使えません。1.4.0 のように入力してください。`,
  );
}

function drafted({ title, text, audience }: Draft, textMax: number): Draft {
  return { title: needTitle(title), text: needText(text, textMax), audience };
}

function needTitle(title: Words): Words {
  for (const words of both(title)) {
    if (isWithin(words, TITLE_MAX) && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(words)) continue;
    throw refusal(
      `The title must be 1 to ${TITLE_MAX} visible characters on one line.`,
      `題名は 1〜${TITLE_MAX} 文字、1 行で入力してください。`,
    );
  }
  return title;
}

function needText(text: Words, max: number): Words {
  for (const words of both(text)) {
    if (isWithin(words, max) && !/[^\P{Cc}\n\r\t]|\p{Cs}/u.test(words)) continue;
    throw refusal(
      `The text must be 1 to ${max} characters, without control characters but line breaks and tabs.`,
      `本文は 1〜${max} 文字で、改行とタブのほかに制御文字を入れずに入力してください。`,
    );
  }
  return text;
}

function both({ ja, en }: Words): readonly string[] {
  return en === null ? [ja] : [ja, en];
}

function isWithin(words: string, max: number): boolean {
  return /\S/.test(words) && [...words].length <= max;
}

function refusal(en: string, ja: string): Failure {
  return new Failure('invalid-input', { text: { ja, en }, detail: en });
}
