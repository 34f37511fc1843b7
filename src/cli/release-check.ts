import {
  type Announcement,
  announcementKey,
  type Incident,
  isForAll,
  isKind,
} from '../domain/announcements/announcement.ts';
import { needVersion, newIncident } from '../domain/announcements/new-announcements.ts';
import { hasLiveContract, type ReleaseDecision, releaseDecision } from '../domain/announcements/release-gate.ts';
import { newId } from '../domain/ids.ts';
import { instant } from '../model/instant.ts';
import type { JsonObject } from '../model/json.ts';
import { bothTimes } from './both-times.ts';
import type { Answer, Command, CommandContext } from './command.ts';
import { contractsOf } from './contracts.ts';
import { announcementsOf, incidentOf, writeItem } from './notice-store.ts';
import { statusAnswer } from './notice-words.ts';

export const releaseCheck: Command = {
  name: 'release check',
  summary: 'whether a version may be released: was it announced long enough?',
  detail: `Asks whether a notice with this version has been public to all for long enough by the store's own time (72 hours unless
LEYSERKIDS_NOTICE_HOURS says otherwise), or nobody works with the service. Exit code 0: release; 1: do not. An emergency
release passes without notice, and opens a public incident with its reason, which is resolved when the release is done.`,
  options: {
    version: { value: 'V', required: true, help: 'The version that is to be released, like 1.4.0.' },
    emergency: { value: 'REASON', help: 'Release without waiting; why, in Japanese, for everybody to read.' },
    'emergency-en': { value: 'REASON', help: 'The same in English.' },
  },
  async run(options, context) {
    const version = needVersion(options.text('version'));
    const reason = options.optional('emergency');
    if (reason !== undefined) return emergency(context, version, reason, options.optional('emergency-en') ?? null);
    const { control, noticeHours: hours } = context;
    const now = await control.now();
    const announcements = await announcementsOf(control);
    const liveContract = await hasLiveContract(contractsOf(control), now);
    const decision = releaseDecision({ version, announcements, liveContract, hours, now });
    return {
      text: decisionText(decision, version, hours),
      json: decisionJson(decision, version, hours),
      trouble: !decision.pass,
    };
  },
};

/** Opens the incident that tells everybody, unless the same call did so before: a pipeline that is run again tells it once. */
async function emergency(
  { control, publicUrl }: CommandContext,
  version: string,
  ja: string,
  en: string | null,
): Promise<Answer> {
  const incident = newIncident(
    {
      title: { ja: `緊急の更新（バージョン ${version}）`, en: `Emergency release (version ${version})` },
      text: { ja, en },
      audience: 'all',
    },
    version,
  );
  const same = (each: Announcement): boolean =>
    isOpenIncident(each) && each.content.version === version && each.content.text.ja === ja;
  const now = await control.now();
  const standing = (await announcementsOf(control)).find(same)?.id;
  const id = standing ?? newId(now);
  if (standing === undefined) await writeItem(control, announcementKey(id), incident);
  const first = `Version ${version} may be released: emergency. The incident that says why is open; resolve it when the release is done.`;
  const { text, json } = statusAnswer(await incidentOf(control, id), publicUrl, now, first);
  return { text, json: { version, pass: true, because: 'emergency', ...(json as JsonObject) } };
}

function isOpenIncident(announcement: Announcement): announcement is Announcement<Incident> {
  return isKind(announcement, 'incident') && announcement.resolvedAt === null && isForAll(announcement);
}

function decisionText(decision: ReleaseDecision, version: string, hours: number): string {
  switch (decision.because) {
    case 'announced':
      return `Version ${version} may be released: announced to all since ${bothTimes(instant(decision.notice.publishedAt))}.`;
    case 'no-live-contract':
      return `Version ${version} may be released: no contract is live, so nobody has to be told.`;
    case 'too-recent':
      return `Version ${version} may not be released before ${bothTimes(instant(decision.passesFrom))}: announced to all since
${bothTimes(instant(decision.notice.publishedAt))}, which must be ${hours} hours.`;
    case 'not-announced':
      return `Version ${version} may not be released: no notice for all names it. Publish one with
"notice publish --all --version ${version} ..." and release ${hours} hours later, or use --emergency REASON.`;
  }
}

function decisionJson(decision: ReleaseDecision, version: string, hours: number): JsonObject {
  const notice = 'notice' in decision ? decision.notice : undefined;
  return {
    version,
    pass: decision.pass,
    because: decision.because,
    hours,
    notice: notice?.id ?? null,
    publicSince: notice === undefined ? null : instant(notice.publishedAt),
    takesEffectAt: notice?.content.takesEffectAt ?? null,
    passesFrom: 'passesFrom' in decision ? instant(decision.passesFrom) : null,
  };
}
