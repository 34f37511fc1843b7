import * as z from 'zod';
import { because } from '../../domain/collections/field-schemas.ts';
import { canonicalNetwork } from '../../domain/sign-in/canonical-network.ts';
import { sessionEnded } from '../../domain/sign-in/sessions.ts';
import {
  LONGEST_SESSION_HOURS,
  SIGN_IN_RULES,
  SIGN_IN_RULES_ID,
  type SignInRules,
} from '../../domain/sign-in/sign-in-rules.ts';
import { Failure, type Text } from '../../model/failure.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { networkAllowed } from '../pipeline/authenticate.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { bareEtag } from '../records/shapes.ts';
import { signInRulesAnswer, signInRulesShown, storedRules } from './sign-in-rules-answer.ts';

/** More places than a tenant works from, few enough to look through at each request. */
const NETWORKS = 50;

const network = z
  .string()
  .max(50)
  .overwrite((text) => canonicalNetwork(text.trim()) ?? text)
  .refine(
    (text) => canonicalNetwork(text) !== undefined,
    because(
      'no-network',
      '「192.0.2.0/24」や「192.0.2.5」の形で入力してください。「/」を付けるときは、範囲の最初のアドレスにします。',
      'Write a network as 192.0.2.0/24 or an address as 192.0.2.5. Before a "/" stands the first address of the range.',
    ),
  );

const rulesInput = z
  .strictObject({
    allowedNetworks: z
      .array(network)
      .max(NETWORKS)
      .overwrite((networks) => [...new Set(networks)])
      .meta({ description: 'CIDR blocks from which accounts may work; empty = from anywhere.' }),
    sessionHours: z.int().min(1).max(LONGEST_SESSION_HOURS),
  })
  .meta({ id: 'SignInRulesInput' });

const NOT_FROM_HERE: Text = {
  ja: '今お使いのネットワークが入っていないため、保存するとあなた自身が使えなくなります。今のネットワークを加えてください。',
  en: 'The network that you are using now is not among them, so you would shut yourself out. Add it.',
};
const SIGN_IN_FIRST: Text = {
  ja: 'この長さにすると、今のログインがすぐに終わります。一度ログインし直してから保存してください。',
  en: 'Your own session is older than this and would end at once. Sign in again first, then save.',
};

/** PUT /sign-in-rules: in force on every instance within 30 s. Rules that would shut out the very session that writes them are refused. */
export const setSignInRules = sessionEndpoint({
  name: 'setSignInRules',
  summary: { ja: 'ログインの決まりを変更する', en: 'Set the sign-in rules' },
  description: 'In force within 30 seconds, for sessions that are open too.',
  body: { format: 'json', schema: rulesInput },
  precondition: 'create-or-replace',
  confirm: true,
  answers: { 200: { description: 'The rules as they stand', schema: signInRulesShown } },
  async handle(caller, { body, ifMatch }) {
    const stored = await storedRules(caller.tenant);
    if (sameRules(stored.rules, body)) return signInRulesAnswer(stored.rules, stored.etag);
    // Without If-Match the request carried If-None-Match: *, which holds while nobody has written rules.
    if (ifMatch !== (stored.etag === null ? undefined : bareEtag(stored.etag))) throw new Failure('stale');
    keepsTheWriter(caller, body);
    const record = { kind: SIGN_IN_RULES, id: SIGN_IN_RULES_ID, body };
    const change =
      stored.etag === null
        ? ({ type: 'create', record } as const)
        : ({ type: 'replace', record, etag: stored.etag } as const);
    const event = caller.event({ action: 'sign-in-rules-changed', targetKind: SIGN_IN_RULES.name });
    try {
      const { etags } = await caller.tenant.commit([change], [event]);
      return signInRulesAnswer(body, etags[0] ?? null);
    } catch (error) {
      if (!isStoreError(error, 'conflict', 'stale')) throw error;
      const now = await storedRules(caller.tenant);
      if (!sameRules(now.rules, body)) throw new Failure('stale', { cause: error });
      return signInRulesAnswer(now.rules, now.etag);
    }
  },
});

function sameRules(a: SignInRules, b: SignInRules): boolean {
  return a.sessionHours === b.sessionHours && JSON.stringify(a.allowedNetworks) === JSON.stringify(b.allowedNetworks);
}

function keepsTheWriter(caller: Caller, rules: SignInRules): void {
  const errors = [
    ...(networkAllowed(rules.allowedNetworks, caller.address)
      ? []
      : [{ pointer: '/allowedNetworks', code: 'shuts-you-out', text: NOT_FROM_HERE }]),
    ...(sessionEnded(caller.session, caller.now, rules.sessionHours)
      ? [{ pointer: '/sessionHours', code: 'shuts-you-out', text: SIGN_IN_FIRST }]
      : []),
  ];
  if (errors.length > 0) throw new Failure('invalid-input', { errors });
}
