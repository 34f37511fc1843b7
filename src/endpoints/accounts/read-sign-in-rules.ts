import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { signInRulesAnswer, signInRulesShown, storedRules } from './sign-in-rules-answer.ts';

/** GET /sign-in-rules: from where accounts may work, and how long a session lives. */
export const readSignInRules = sessionEndpoint({
  name: 'readSignInRules',
  summary: { ja: 'ログインの決まりを見る', en: 'Read the sign-in rules' },
  answers: {
    200: { description: 'The rules; the standard ones while nobody has written any', schema: signInRulesShown },
  },
  async handle(caller) {
    const { rules, etag } = await storedRules(caller.tenant);
    return signInRulesAnswer(rules, etag);
  },
});
