import { type EpochMs, epochMs } from '../../model/instant.ts';
import { japanTime } from '../contracts/japan-time.ts';
import { type Announcement, type Incident, isForAll, type Maintenance, type Words } from './announcement.ts';
import { LINK_WEIGHT, POST_MAX, weightedLength } from './weighted-length.ts';

const CUT = '…';

/**
 * The text in front of a link as one post on X: NFC, the link whole on the last line, and together within the weighted
 * length of 280. A text that is too long loses its end, at the border of a character as people see it, and says so by `…`.
 */
export function postWithLink(text: string, link: string): string {
  const room = POST_MAX - LINK_WEIGHT - weightedLength('\n');
  return `${fitted(text.normalize('NFC').trim(), room)}\n${link}`;
}

function fitted(text: string, room: number): string {
  if (weightedLength(text) <= room) return text;
  const characters: string[] = [];
  // Each weighs 1 at least: more of them than there is room for need not be looked at.
  for (const { segment } of new Intl.Segmenter('ja', { granularity: 'grapheme' }).segment(text)) {
    if (characters.push(segment) > room) break;
  }
  let cut: string;
  do {
    characters.pop();
    cut = characters.join('').trimEnd() + CUT;
  } while (weightedLength(cut) > room);
  return cut;
}

/** What is posted on X about an incident's latest state or about planned work, in Japanese; null when it is not for all. */
export function postForX(
  announcement: Announcement<Incident> | Announcement<Maintenance>,
  link: string,
): string | null {
  if (!isForAll(announcement)) return null;
  const { content, updates } = announcement;
  const latest = updates.at(-1);
  if (content.kind === 'maintenance') {
    const times = `${japanTime(epochMs(content.from))}〜${until(epochMs(content.from), epochMs(content.until))}`;
    return postWithLink(`【保守作業】${times}（日本時間）\n${content.title.ja}\n${content.text.ja}`, link);
  }
  const head = latest === undefined ? '【障害】' : latest.resolves ? '【復旧】' : '【障害・続報】';
  const text: Words = latest?.text ?? content.text;
  return postWithLink(`${head}${content.title.ja}\n${text.ja}`, link);
}

/** The end of a stretch of time, without the day when that is the first's. */
function until(from: EpochMs, end: EpochMs): string {
  const [day, time] = japanTime(end).split(' ');
  return japanTime(from).startsWith(day ?? '') ? (time ?? '') : japanTime(end);
}
