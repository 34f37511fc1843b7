import { type EpochMs, SECOND } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ControlReader } from '../../ports/control-store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { ANNOUNCEMENTS_SCOPE, type Announcement, announcementKey, isFor, readAnnouncements } from './announcement.ts';
import { atomFeed } from './atom-feed.ts';
import { type PublicStatus, publicStatus } from './public-status.ts';

/** How long an instance relies on what it read. Source: the design's table of containers. */
const REMEMBERED = 60 * SECOND;
/** When the store does not answer, it is left alone for this long. */
const LEFT_ALONE = 5 * SECOND;
/** Bounds memory to some MB: years of announcements; the ones that changed longest ago go first. */
const REMEMBERED_AT_MOST = 1_000;
/** A list that people can look through; older announcements are no longer shown. */
const SHOWN_AT_MOST = 100;

export interface AnnouncementReaderParts {
  /** The container `announcements`. */
  readonly items: ControlReader;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** The origin where people reach the service. */
  readonly publicUrl: string;
}

/**
 * What operators announced, as an instance remembers it: read at most once a minute, whoever asks, and bounded. While
 * the store does not answer, what was read last is told on: a status page is needed most when something is broken.
 */
export class AnnouncementReader {
  readonly #parts: AnnouncementReaderParts;
  #known: readonly Announcement[] | undefined;
  #until = 0;
  #reading: Promise<readonly Announcement[]> | undefined;

  constructor(parts: AnnouncementReaderParts) {
    this.#parts = parts;
  }

  /** The tenant's announcements, newest change first, at most 100. Throws StoreError when nothing was ever read. */
  async forTenant(tenantId: string): Promise<readonly Announcement[]> {
    const shown = (each: Announcement) => !each.withdrawn && isFor(each, tenantId);
    return (await this.#all()).filter(shown).slice(0, SHOWN_AT_MOST);
  }

  /**
   * One of the tenant's announcements, also one that is younger than this instance's memory, for whoever learnt of it
   * from another instance; undefined when there is none for this tenant. Throws StoreError.
   */
  async find(tenantId: string, id: string): Promise<Announcement | undefined> {
    const known = (await this.#all()).find((each) => each.id === id);
    const found = known ?? (await this.#readOne(id));
    return found === undefined || found.withdrawn || !isFor(found, tenantId) ? undefined : found;
  }

  /** How the service stands, for everybody. Throws StoreError when nothing was ever read. */
  async status(now: EpochMs): Promise<PublicStatus> {
    return publicStatus(await this.#all(), now);
  }

  /** The same as an Atom feed, which reaches further back. Throws StoreError when nothing was ever read. */
  async feed(): Promise<string> {
    return atomFeed(await this.#all(), this.#parts.publicUrl);
  }

  #all(): Promise<readonly Announcement[]> | readonly Announcement[] {
    if (this.#known !== undefined && this.#parts.clock.monotonic() < this.#until) return this.#known;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<readonly Announcement[]> {
    const { items, clock, telemetry } = this.#parts;
    // Counted from before the read: what is read may be as old as its start.
    const from = clock.monotonic();
    try {
      const { announcements, notUnderstood } = readAnnouncements(await items.ofPartition(ANNOUNCEMENTS_SCOPE));
      if (notUnderstood > 0) telemetry.alert('announcements-not-understood', { count: notUnderstood });
      this.#known = announcements.slice(0, REMEMBERED_AT_MOST);
      this.#until = from + REMEMBERED;
    } catch (error) {
      if (this.#known === undefined) throw error;
      telemetry.error(error, { reading: 'announcements' });
      this.#until = clock.monotonic() + LEFT_ALONE;
    }
    return this.#known;
  }

  async #readOne(id: string): Promise<Announcement | undefined> {
    const item = await this.#parts.items.get(ANNOUNCEMENTS_SCOPE, announcementKey(id));
    return item === undefined ? undefined : readAnnouncements([item]).announcements[0];
  }
}
