import { Failure, type Text } from '../../model/failure.ts';
import { type CivilDay, type EpochMs, epochMs, type Instant, instant, SECOND } from '../../model/instant.ts';
import { civilDay, isCivilDay, startOfDay } from '../calendar.ts';
import { ACTIVATION_CODE_VALID_FOR } from '../sign-in/codes.ts';
import { accessEnded, type Contract, contractEnd, TENANT_ID } from './contract.ts';
import { japanTime } from './japan-time.ts';

/**
 * An end lies at least this far ahead of the store's time when it is written: every instance remembers a contract for at
 * most 30 s, so all of them know the end before it comes and refuse from the same instant.
 */
export const END_AHEAD = 60 * SECOND;

/** Code points; long enough for a corporation with its facility, short enough for one line. */
const NAME_MAX = 100;

/** Two centuries are more than any contract runs, and catch a mistyped year. */
const EARLIEST: CivilDay = '2000-01-01';
const LATEST: CivilDay = '2199-12-31';

export interface ContractTerms {
  readonly tenantId: string;
  readonly name: string;
  readonly startsOn: CivilDay;
  readonly endsOn: CivilDay | null;
}

/** A new contract without an activation code. Throws Failure `invalid-input` whose text says what is wrong with the terms. */
export function createContract(terms: ContractTerms, now: EpochMs): Contract {
  const name = terms.name.trim();
  if (!TENANT_ID.test(terms.tenantId)) {
    throw refusal(
      `The tenant id "${terms.tenantId}" cannot be used: it is 3 to 32 characters, small letters, digits and "-", and begins with a letter.`,
      `契約コード「${terms.tenantId}」は使えません。英小文字で始まる 3〜32 文字で、英小文字・数字・「-」だけを使ってください。`,
    );
  }
  if (name === '' || [...name].length > NAME_MAX || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) {
    throw refusal(
      `The name must be 1 to ${NAME_MAX} visible characters on one line.`,
      `契約者名は 1〜${NAME_MAX} 文字、1 行で入力してください。`,
    );
  }
  needDay(terms.startsOn);
  if (terms.endsOn !== null) {
    needDay(terms.endsOn);
    if (terms.endsOn < terms.startsOn) {
      throw refusal(
        `The contract would end on ${terms.endsOn}, before it starts on ${terms.startsOn}.`,
        `終了日（${terms.endsOn}）が開始日（${terms.startsOn}）より前です。`,
      );
    }
    needAhead(contractEnd(terms.endsOn), now);
  }
  return {
    tenantId: terms.tenantId,
    name,
    startsOn: terms.startsOn,
    ...endOf(terms.endsOn),
    activation: null,
    createdAt: instant(now),
  };
}

/**
 * The contract with this activation code and no other: 14 days from the later of now and the contract's first day.
 * Throws Failure `invalid-input` when access has ended.
 */
export function withActivation(contract: Contract, codeHash: string, now: EpochMs): Contract {
  needLive(contract, now);
  const from = Math.max(now, startOfDay(contract.startsOn));
  const activation = { codeHash, issuedAt: instant(now), expiresAt: instant(from + ACTIVATION_CODE_VALID_FOR) };
  return { ...contract, activation };
}

/**
 * The contract with an earlier end: after the day `on`, or 60 s ahead of `now`, which is the store's time. Throws Failure
 * `invalid-input` when it has ended, when it ends no later already, and when the end would be past or nearer than 60 s.
 */
export function endContract(contract: Contract, end: { readonly on: CivilDay } | 'now', now: EpochMs): Contract {
  needLive(contract, now);
  const at = end === 'now' ? now + END_AHEAD : contractEnd(needDay(end.on));
  if (contract.endsAt !== null && at >= epochMs(contract.endsAt)) {
    const stands = inWords(epochMs(contract.endsAt));
    throw refusal(
      `The contract of "${contract.tenantId}" ends ${stands.en} already, no later than asked for; to move its end back, use "contract extend".`,
      `「${contract.tenantId}」の契約は、すでに ${stands.ja} に終了する予定です。終了を遅らせるには「contract extend」を使ってください。`,
    );
  }
  if (end !== 'now' && end.on < contract.startsOn) {
    throw refusal(
      `The contract of "${contract.tenantId}" would end on ${end.on}, before it starts on ${contract.startsOn}; to call it off, end it --now.`,
      `終了日（${end.on}）が開始日（${contract.startsOn}）より前です。取りやめるときは --now で終了してください。`,
    );
  }
  needAhead(at, now);
  return { ...contract, endsAt: instant(at), endsOn: end === 'now' ? civilDay(at) : end.on };
}

/**
 * The contract with a later end, or with none (null). An end that has passed can be moved too, as long as the service has
 * not begun to destroy: whoever calls this reads that in the tenant's state. Throws Failure `invalid-input` when the new
 * end is not later than the one that stands, or would be past or nearer than 60 s.
 */
export function extendContract(contract: Contract, endsOn: CivilDay | null, now: EpochMs): Contract {
  if (contract.endsAt === null) {
    throw refusal(
      `The contract of "${contract.tenantId}" has no end; there is nothing to extend.`,
      `「${contract.tenantId}」の契約には終了日がないため、延長はできません。`,
    );
  }
  if (endsOn === null) return { ...contract, ...endOf(null) };
  const at = contractEnd(needDay(endsOn));
  if (at <= epochMs(contract.endsAt)) {
    const stands = inWords(epochMs(contract.endsAt));
    throw refusal(
      `The contract of "${contract.tenantId}" ends ${stands.en}; extending it to ${endsOn} would not make it later. To bring its end forward, use "contract end".`,
      `「${contract.tenantId}」の契約は ${stands.ja} に終了します。${endsOn} では延長になりません。早めるときは「contract end」を使ってください。`,
    );
  }
  needAhead(at, now);
  return { ...contract, ...endOf(endsOn) };
}

function endOf(endsOn: CivilDay | null): { readonly endsOn: CivilDay | null; readonly endsAt: Instant | null } {
  return { endsOn, endsAt: endsOn === null ? null : instant(contractEnd(endsOn)) };
}

function needDay(day: CivilDay): CivilDay {
  if (isCivilDay(day) && day >= EARLIEST && day <= LATEST) return day;
  throw refusal(
    `"${day}" cannot be used as a day; write a day of the years 2000 to 2199 like 2027-03-31.`,
    `「${day}」は日付として使えません。2000〜2199 年の日付を 2027-03-31 のように入力してください。`,
  );
}

function needAhead(at: EpochMs, now: EpochMs): void {
  if (at >= now + END_AHEAD) return;
  const when = inWords(at);
  throw refusal(
    `The contract would end ${when.en}, which is past or less than 60 seconds ahead; choose a later day.`,
    `終了の時刻（${when.ja}）が過去か、60 秒以内です。もっと後の日を指定してください。`,
  );
}

function needLive(contract: Contract, now: EpochMs): void {
  if (contract.endsAt === null || !accessEnded(contract, now)) return;
  const when = inWords(epochMs(contract.endsAt));
  throw refusal(
    `The contract of "${contract.tenantId}" has ended already, ${when.en}.`,
    `「${contract.tenantId}」の契約は、すでに終了しています（${when.ja}）。`,
  );
}

/** An end in the operators' and the contract's own time, which is Japan's. */
function inWords(endsAt: EpochMs): Text {
  return { en: `at ${japanTime(endsAt)} (Japan time)`, ja: `日本時間 ${japanTime(endsAt)}` };
}

function refusal(en: string, ja: string): Failure {
  const text: Text = { ja, en };
  return new Failure('invalid-input', { text, detail: en });
}
