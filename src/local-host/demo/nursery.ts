/** The invented tenant: a corporation with two nurseries. Everything about it is made up. */
export const TENANT = 'sakura';
export const CORPORATION = '社会福祉法人さくら会（見本）';

export interface DemoClass {
  readonly name: string;
  readonly ages: readonly number[];
  /** How many children it has. */
  readonly children: number;
}

export interface DemoFacility {
  readonly name: string;
  readonly nameKana: string;
  readonly postalCode: string;
  readonly address: string;
  readonly phone: string;
  readonly classes: readonly DemoClass[];
}

/** 180 children in ten classes. */
export const FACILITIES: readonly DemoFacility[] = [
  {
    name: 'さくら保育園',
    nameKana: 'さくらほいくえん',
    postalCode: '100-0000',
    address: '東京都見本区桜町1-2-3',
    phone: '03-0000-0001',
    classes: [
      { name: 'ひよこ組', ages: [0], children: 9 },
      { name: 'りす組', ages: [1], children: 15 },
      { name: 'うさぎ組', ages: [2], children: 18 },
      { name: 'ぱんだ組', ages: [3], children: 22 },
      { name: 'きりん組', ages: [4], children: 24 },
      { name: 'ぞう組', ages: [5], children: 24 },
    ],
  },
  {
    name: 'さくら第二保育園',
    nameKana: 'さくらだいにほいくえん',
    postalCode: '100-0000',
    address: '東京都見本区若葉町4-5-6',
    phone: '03-0000-0002',
    classes: [
      { name: 'つぼみ組', ages: [0], children: 9 },
      { name: 'ふたば組', ages: [1], children: 14 },
      { name: 'わかば組', ages: [2], children: 16 },
      { name: 'おひさま組', ages: [3, 4, 5], children: 29 },
    ],
  },
];

export interface DemoAccount {
  readonly displayName: string;
  readonly preset: 'director' | 'class-teacher' | 'kitchen' | 'read-only';
  /** Places in `FACILITIES`, or all of them. */
  readonly facilities: 'all' | readonly number[];
}

/** The administrator's name, and the accounts that he invites: each with other grants. */
export const ADMINISTRATOR = '本部 管理者';
export const INVITED: readonly DemoAccount[] = [
  { displayName: '園長 春子', preset: 'director', facilities: [0] },
  { displayName: '担任 夏美', preset: 'class-teacher', facilities: [0] },
  { displayName: '栄養 秋男', preset: 'kitchen', facilities: 'all' },
  { displayName: '見学 冬樹', preset: 'read-only', facilities: [1] },
];
