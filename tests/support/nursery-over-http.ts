import type { Grants } from '../../src/model/grants.ts';
import { Client } from './client.ts';
import type { ServiceProcess } from './service-process.ts';

/** Invented; nobody else uses it. */
export const PASSWORD = 'ajisai tokei mizuumi';
const ADMINISTRATOR_SESSIONS = 8;

/** A tenant of a running service, made as customers make one: contract, activation, invitations, all over HTTP. */
export class NurseryOverHttp {
  readonly tenant: string;
  readonly service: ServiceProcess;
  /** Sessions of the first administrator: one alone may send 100 requests at once, tests send more. */
  readonly #administrators: readonly Client[];
  #turn = 0;
  #people = 0;

  private constructor(service: ServiceProcess, tenant: string) {
    this.service = service;
    this.tenant = tenant;
    this.#administrators = Array.from({ length: ADMINISTRATOR_SESSIONS }, () => new Client(service));
  }

  /** The first administrator, signed in and confirmed. */
  get administrator(): Client {
    this.#turn += 1;
    const client = this.#administrators[this.#turn % ADMINISTRATOR_SESSIONS];
    if (client === undefined) throw new RangeError('there is no administrator');
    return client;
  }

  static async open(service: ServiceProcess, tenant: string): Promise<NurseryOverHttp> {
    const nursery = new NurseryOverHttp(service, tenant);
    const terms = ['--tenant', tenant, '--name', `${tenant}の会`, '--starts-on', '2026-04-01'];
    const { activation } = (await service.ops('contract', 'create', ...terms)) as { activation: { code: string } };
    await service.run('provision-tenants');
    const who = { tenant, loginId: 'kanri', password: PASSWORD };
    const [first, ...others] = nursery.#administrators;
    const registration = { ...who, code: activation.code, displayName: '管理 一郎' };
    await first?.must('POST', '/auth/register', { json: registration });
    for (const other of others) await other.must('POST', '/auth/login', { json: who });
    for (const client of nursery.#administrators) {
      await client.must('POST', '/auth/confirm', { json: { password: PASSWORD } });
    }
    return nursery;
  }

  /** Goes on with the same sessions at a service that was started anew. */
  moveTo(service: ServiceProcess): void {
    for (const client of this.#administrators) client.moveTo(service);
  }

  /** A person with these grants: invited, registered, signed in and confirmed; and the account's id. */
  async person(grants: Grants): Promise<{ readonly client: Client; readonly id: string }> {
    this.#people += 1;
    const nth = this.#people;
    const invitation = { displayName: `職員 ${nth}`, grants };
    const { body } = await this.administrator.must('POST', '/accounts', { json: invitation });
    const client = new Client(this.service);
    const loginId = `shokuin${nth}`;
    const { code } = body.registration;
    await client.must('POST', '/auth/register', { json: { tenant: this.tenant, code, loginId, password: PASSWORD } });
    await client.must('POST', '/auth/confirm', { json: { password: PASSWORD } });
    return { client, id: body.account.id };
  }

  /** Makes something at a collection and gives its id. */
  async make(collection: 'facilities' | 'classes' | 'children', fields: object): Promise<string> {
    return (await this.administrator.must('POST', `/${collection}`, { json: fields })).body.id;
  }
}

/** Fields of a child that needs nothing else. */
export function childOf(facility: string, familyName = '山田'): object {
  return {
    facility,
    familyName,
    givenName: '花',
    familyNameKana: 'やまだ',
    givenNameKana: 'はな',
    birthDate: '2022-05-05',
  };
}
