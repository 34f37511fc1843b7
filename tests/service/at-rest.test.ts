import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NurseryOverHttp, PASSWORD } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';

/** Personal data that nobody else has, in every field that takes text. */
const CHILD = {
  familyName: '髙御堂',
  givenName: '爽太郎',
  familyNameKana: 'たかみどう',
  givenNameKana: 'そうたろう',
  nickname: 'そうちゃん丸',
  number: 'B-7741',
  birthDate: '2021-11-13',
  postalCode: '987-6543',
  address: '見本県桜川市若葉町9-8-7',
  phone: '090-1234-9876',
  guardians: [{ name: '髙御堂 理世', kana: 'たかみどう りよ', relationship: '母親役', phones: ['080-5555-4321'] }],
  emergencyContacts: [{ name: '綾小路 祖父江', relationship: '祖父', phones: ['070-2222-1111'], notes: '夜は留守番' }],
  pickUpPersons: [{ name: '鬼龍院 千鶴', phones: [], notes: '水色の自転車' }],
  siblings: [{ name: '髙御堂 葉月', notes: '卒園済み児' }],
  notes: '牛乳は飲めません。昼寝のとき毛布が要ります。',
} as const;

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

test('2.7 nothing that a nursery writes can be read in what the service keeps, nor in what it logs', async () => {
  const service = await ServiceProcess.start();
  try {
    const nursery = await NurseryOverHttp.open(service, 'sealed');
    const facility = await nursery.make('facilities', {
      name: '秘密の花園保育所',
      type: 'nursery',
      address: '見本県奥山市谷底1-1',
    });
    const group = await nursery.make('classes', { facility, schoolYear: 2026, name: 'かくれんぼ組' });
    const enrolled = { enrolments: [{ from: '2023-04-01' }], classes: [{ class: group, from: '2026-04-01' }] };
    const child = await nursery.make('children', { facility, ...CHILD, ...enrolled });
    const person = await nursery.person({ children: { level: 'read', facilities: [facility] } });
    await person.client.must('GET', `/children/${child}`);
    await person.client.must('POST', '/children/search', { json: { text: '爽太郎' } });
    await nursery.administrator.must('POST', '/children/import', {}).catch(() => undefined);
    const wrong = { tenant: 'sealed', loginId: 'shokuin1', password: 'machigaeta aikotoba desu' };
    await person.client.send('POST', '/auth/login', { json: wrong });
    await service.run('run-backups');
    await service.makeBackupDue('sealed');
    await service.run('run-backups');
    expect((await nursery.administrator.must('GET', '/backups')).body.items).toHaveLength(1);
    await service.makeLogDue('sealed');
    await service.run('keep-logs');

    const secrets = [
      ...texts({ ...CHILD, birthDate: '' }).filter((text) => text !== ''),
      ...['秘密の花園', '谷底', 'かくれんぼ', 'shokuin1', '職員 1', '管理 一郎', 'kanri'],
      ...[PASSWORD, wrong.password, ...person.client.cookies.values()],
      // How such a text would look as JSON in ASCII.
      ...['爽太郎', '髙御堂'].map((text) =>
        JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`),
      ),
    ];
    const kept = await service.kept();
    const logged = service.lines.join('\n');
    // The search itself works: ids stand in the clear.
    expect(kept.includes(child)).toBe(true);
    for (const secret of secrets) {
      expect(kept.includes(secret), `${secret} is kept in the clear`).toBe(false);
      expect(kept.includes(Buffer.from(secret, 'utf16le')), `${secret} is kept in the clear`).toBe(false);
      expect(logged.includes(secret), `${secret} stands in the log`).toBe(false);
    }
  } finally {
    await service.remove();
  }
});

test('every file of the data folder is for its owner alone', async () => {
  const service = await ServiceProcess.start();
  try {
    await NurseryOverHttp.open(service, 'files');
    const wide = readdirSync(service.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => [name, statSync(join(service.folder, name))] as const)
      .filter(([, status]) => status.isFile() && (status.mode & 0o077) !== 0);
    expect(wide.map(([name]) => name)).toEqual([]);
  } finally {
    await service.remove();
  }
});
