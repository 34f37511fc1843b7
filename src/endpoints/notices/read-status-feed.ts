import { publicEndpoint } from '../pipeline/endpoint.ts';

const ATOM = 'application/atom+xml';

/** GET /status.atom: incidents and maintenance as an Atom feed (RFC 4287), for everybody. */
export const readStatusFeed = publicEndpoint({
  name: 'readStatusFeed',
  summary: { ja: '稼働状況のフィード（Atom）', en: 'Read the status as an Atom feed' },
  description: 'Up to 60 seconds behind. Content is plain text.',
  answers: { 200: { description: 'An Atom feed (RFC 4287)', type: ATOM } },
  async handle(_visitor, _input, { announcements }) {
    return { status: 200, content: { type: `${ATOM}; charset=utf-8`, bytes: await announcements.feed() } };
  },
});
