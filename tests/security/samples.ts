import { v7 } from 'uuid';
import type { Request } from '../support/client.ts';
import { childOf, type NurseryOverHttp, PASSWORD } from '../support/nursery-over-http.ts';

/** A request that succeeds for whoever may make it: path and query are below /api. */
export interface Sample extends Request {
  readonly path: string;
}

/** What stands in one facility of a tenant, for requests to be about. */
export interface Subject {
  readonly nursery: NurseryOverHttp;
  readonly facility: string;
  /** A facility without children. */
  readonly emptyFacility: string;
  readonly class: string;
  readonly child: string;
  /** An invited account without grants, which anybody with accounts:write may act on. */
  readonly account: string;
  /** A notice for this tenant alone. */
  readonly notice: string;
  /** A good generation of the tenant's backup, and a dry run of it that was served. */
  readonly generation: string;
  readonly restore: string;
}

/** What stays as it is, whatever is asked. */
type Place = Omit<Subject, 'class' | 'child' | 'account'>;

/** A new facility with a class, a child, and an account that nobody else uses; and a notice for this tenant alone. */
export async function newSubject(nursery: NurseryOverHttp): Promise<Subject> {
  const told = ['--tenants', nursery.tenant, '--title', 'お知らせ', '--text', '本文'];
  const { id: notice } = (await nursery.service.ops('notice', 'publish', ...told)) as { id: string };
  const generation = await backUp(nursery);
  const restore = v7();
  const asked = { id: restore, generation, dryRun: true };
  await nursery.administrator.must('POST', '/restores', { json: asked });
  await nursery.service.run('serve-requests');
  const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
  const emptyFacility = await nursery.make('facilities', { name: '空き園', type: 'nursery' });
  return freshSubject({ nursery, facility, emptyFacility, notice, generation, restore });
}

/** The same place with what a request may use up made anew. */
export async function freshSubject(place: Place): Promise<Subject> {
  const { nursery, facility } = place;
  const invitation = { displayName: '新人 五月', grants: {} };
  const { body } = await nursery.administrator.must('POST', '/accounts', { json: invitation });
  return {
    ...place,
    class: await nursery.make('classes', { facility, schoolYear: 2026, name: 'ひよこ組', ages: [0] }),
    child: await nursery.make('children', childOf(facility)),
    account: body.account.id,
  };
}

/** Makes tonight come now for this tenant's backup; the id of the generation that was taken. */
async function backUp({ service, tenant, administrator }: NurseryOverHttp): Promise<string> {
  await service.run('run-backups');
  await service.makeBackupDue(tenant);
  await service.run('run-backups');
  return (await administrator.must('GET', '/backups')).body.items[0].id;
}

type Make = (subject: Subject) => Sample | Promise<Sample>;

/** The ETag that the administrator reads there now, as a condition. */
async function ifMatch({ nursery }: Subject, path: string): Promise<Request> {
  const { headers } = await nursery.administrator.must('GET', path);
  return { headers: { 'if-match': headers.get('etag') ?? '' } };
}

async function changing(subject: Subject, path: string, json: object): Promise<Sample> {
  const { headers = {} } = await ifMatch(subject, path);
  return { path, bytes: JSON.stringify(json), headers: { ...headers, 'content-type': 'application/merge-patch+json' } };
}

const LEDGER = '姓,名,せい,めい,生年月日\r\n青木,空,あおき,そら,2022/6/1\r\n';

/** By the name of the endpoint. */
export const SAMPLES: Readonly<Record<string, Make>> = {
  listAccounts: () => ({ path: '/accounts' }),
  createAccount: () => ({ path: '/accounts', json: { displayName: '新人 六月', grants: {} } }),
  readAccount: ({ account }) => ({ path: `/accounts/${account}` }),
  changeAccount: (subject) => changing(subject, `/accounts/${subject.account}`, { displayName: '新人 改' }),
  eraseAccount: async (subject) => ({
    path: `/accounts/${subject.account}`,
    ...(await ifMatch(subject, `/accounts/${subject.account}`)),
  }),
  setGrants: async (subject) => ({
    path: `/accounts/${subject.account}/grants`,
    json: { grants: {} },
    ...(await ifMatch(subject, `/accounts/${subject.account}`)),
  }),
  resetAccount: ({ account }) => ({ path: `/accounts/${account}/reset` }),
  listAccountSessions: ({ account }) => ({ path: `/accounts/${account}/sessions` }),
  endAccountSessions: ({ account }) => ({ path: `/accounts/${account}/sessions` }),
  readSignInRules: () => ({ path: '/sign-in-rules' }),
  setSignInRules: async (subject) => {
    const { status, headers } = await subject.nursery.administrator.send('GET', '/sign-in-rules');
    const etag = headers.get('etag');
    if (status !== 200) throw new Error('the sign-in rules cannot be read');
    return {
      path: '/sign-in-rules',
      json: { allowedNetworks: [], sessionHours: 300 + (Date.now() % 30) },
      headers: etag === null ? { 'if-none-match': '*' } : { 'if-match': etag },
    };
  },
  listFacilities: () => ({ path: '/facilities' }),
  createFacility: () => ({ path: '/facilities', json: { name: '新しい園', type: 'nursery' } }),
  readFacility: ({ facility }) => ({ path: `/facilities/${facility}` }),
  changeFacility: (subject) => changing(subject, `/facilities/${subject.facility}`, { phone: '03-0000-0000' }),
  closeFacility: async (subject) => ({
    path: `/facilities/${subject.emptyFacility}/close`,
    json: { on: '2040-03-31' },
    ...(await ifMatch(subject, `/facilities/${subject.emptyFacility}`)),
  }),
  listClasses: ({ facility }) => ({ path: `/classes?facility=${facility}` }),
  createClass: ({ facility }) => ({
    path: '/classes',
    json: { facility, schoolYear: 2026, name: 'りす組', ages: [1] },
  }),
  readClass: ({ class: id }) => ({ path: `/classes/${id}` }),
  changeClass: (subject) => changing(subject, `/classes/${subject.class}`, { name: 'あひる組' }),
  closeClass: async (subject) => ({
    path: `/classes/${subject.class}/close`,
    json: { on: '2027-03-31' },
    ...(await ifMatch(subject, `/classes/${subject.class}`)),
  }),
  listChildren: ({ facility }) => ({ path: `/children?facility=${facility}` }),
  createChild: ({ facility }) => ({ path: '/children', json: childOf(facility, '新田') }),
  readChild: ({ child }) => ({ path: `/children/${child}` }),
  changeChild: (subject) => changing(subject, `/children/${subject.child}`, { nickname: 'はなちゃん' }),
  deleteChild: async (subject) => ({
    path: `/children/${subject.child}`,
    ...(await ifMatch(subject, `/children/${subject.child}`)),
  }),
  searchChildren: ({ facility }) => ({ path: '/children/search', json: { facility, text: 'やまだ' } }),
  importChildren: ({ facility }) => ({
    path: `/children/import?facility=${facility}&dryRun=false`,
    bytes: LEDGER,
    headers: { 'content-type': 'text/csv' },
  }),
  exportChildren: ({ facility }) => ({ path: `/children/export?facility=${facility}&encoding=utf-8` }),
  listBackups: () => ({ path: '/backups' }),
  requestRestore: ({ generation, restore }) => ({ path: '/restores', json: { id: restore, generation, dryRun: true } }),
  readRestore: ({ restore }) => ({ path: `/restores/${restore}` }),
  listNotices: () => ({ path: '/notices' }),
  markNoticeRead: ({ notice }) => ({ path: `/notices/${notice}/read` }),
  listAuditEvents: () => ({ path: '/audit-events' }),
  exportLog: () => ({ path: '/audit-events/archive' }),
  readSession: () => ({ path: '/auth/session' }),
  listSessions: () => ({ path: '/auth/sessions' }),
  confirm: () => ({ path: '/auth/confirm', json: { password: PASSWORD } }),
};
