import { DAY, type EpochMs, epochMs } from '../../model/instant.ts';
import { type Announcement, type Incident, isForAll, isKind, type Maintenance } from './announcement.ts';

/** So long a resolved incident is told of: who reads once a week learns of it. */
const RESOLVED_SHOWN = 14 * DAY;

/** How the service stands, for everybody. */
export interface PublicStatus {
  /** Open incidents, the latest change first. */
  readonly incidents: readonly Announcement<Incident>[];
  /** Work that is planned or under way, the next one first. */
  readonly maintenance: readonly Announcement<Maintenance>[];
  /** Incidents resolved in the last 14 days, the latest first. */
  readonly resolved: readonly Announcement<Incident>[];
}

/** The status at an instant, made of what is for all and not withdrawn, and of nothing else. */
export function publicStatus(announcements: readonly Announcement[], now: EpochMs): PublicStatus {
  const shown = announcements.filter((each) => isForAll(each) && !each.withdrawn);
  const incidents = shown.filter((each) => isKind(each, 'incident'));
  return {
    incidents: incidents.filter(({ resolvedAt }) => resolvedAt === null),
    maintenance: shown
      .filter((each) => isKind(each, 'maintenance'))
      .filter(({ content }) => epochMs(content.until) > now)
      .sort((a, b) => epochMs(a.content.from) - epochMs(b.content.from)),
    resolved: incidents
      .filter(({ resolvedAt }) => resolvedAt !== null && resolvedAt > now - RESOLVED_SHOWN)
      .sort((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0)),
  };
}
