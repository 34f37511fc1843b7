import { Failure, type FailureCode, type InputError, type Text } from '../../model/failure.ts';
import { isStoreError, type StoreErrorKind } from '../../ports/store-error.ts';

interface ProblemRow {
  readonly status: number;
  readonly text: Text;
}

/** The one mapping of failures to HTTP: status and default text of each stable code. */
export const PROBLEMS: Readonly<Record<FailureCode, ProblemRow>> = {
  'invalid-input': row(
    400,
    '入力に誤りがあります。印のついた項目を直して、もう一度お試しください。',
    'Some input is wrong. Correct the marked fields and try again.',
  ),
  'malformed-json': row(
    400,
    '送られた内容を読み取れません。JSON形式（UTF-8）で送ってください。',
    'The request cannot be read. Send JSON in UTF-8.',
  ),
  'unreadable-file': row(
    400,
    'ファイルを読み取れません。CSV形式で保存したファイルを選んでください。',
    'The file cannot be read. Choose a file that was saved as CSV.',
  ),
  unauthenticated: row(
    401,
    'ログインしていないか、ログインの期限が切れました。もう一度ログインしてください。',
    'You are not signed in, or your session has ended. Please sign in again.',
  ),
  'sign-in-failed': row(
    401,
    '契約コード、アカウントID、パスワードのいずれかが違います。',
    'The tenant code, the account ID or the password is wrong.',
  ),
  'code-not-accepted': row(
    401,
    'このコードは使えません。期限切れか、使用済みか、入力の誤りです。新しいコードを管理者に頼んでください。',
    'This code cannot be used: it has expired, was used already or is mistyped. Ask an administrator for a new one.',
  ),
  'contract-ended': row(
    401,
    'ログインしていないか、ログインの期限が切れました。もう一度ログインしてください。',
    'You are not signed in, or your session has ended. Please sign in again.',
  ),
  'origin-refused': row(
    403,
    '別のサイトからの操作は受け付けません。このサービスの画面から操作してください。',
    'Requests from other sites are refused. Use the pages of this service, or send the configured Origin.',
  ),
  'not-permitted': row(
    403,
    'この操作をする権限がありません。必要なときは園の管理者に頼んでください。',
    'You do not have permission for this. If you need it, ask your administrator.',
  ),
  'confirm-needed': row(
    403,
    '大切な操作です。パスワードをもう一度入力してください。',
    'This needs your password once more. Confirm it and try again.',
  ),
  'more-than-own-grants': row(
    403,
    '自分が持っていない権限に関わる操作はできません。',
    'You cannot act on permissions that you do not hold yourself.',
  ),
  'own-grants': row(
    403,
    '自分自身に対するこの操作はできません。ほかの管理者に頼んでください。',
    'You cannot do this to your own account. Ask another administrator.',
  ),
  'network-not-allowed': row(
    403,
    'この場所（ネットワーク）からは使えない設定になっています。園の管理者に確認してください。',
    'Your organisation does not allow working from this network. Ask your administrator.',
  ),
  'known-device-needed': row(
    403,
    '失敗が続いたため、いつもの端末、予備コード、または新しい登録コードが必要です。',
    'After many failures this needs a device that you have used before, a recovery code or a new registration code.',
  ),
  'not-found': row(404, '見つかりません。', 'Not found.'),
  'method-not-allowed': row(
    405,
    'この操作方法は使えません。',
    'This method is not allowed here. See the Allow header.',
  ),
  'id-taken': row(409, '同じ番号（id）が別の内容で使われています。', 'This id is in use with other content.'),
  'login-taken': row(
    409,
    'このアカウントIDはすでに使われています。別のIDにしてください。',
    'This account ID is in use. Choose another.',
  ),
  'number-taken': row(
    409,
    'この園児番号は、この園ですでに使われています。',
    'This child number is already in use in this facility.',
  ),
  'last-administrator': row(
    409,
    '期限なしで管理できる人がいなくなるため、この操作はできません。先に別の管理者を決めてください。',
    'This would leave nobody who can administer accounts. Make somebody else an administrator first.',
  ),
  closed: row(409, '閉じられているため、変更できません。', 'It is closed and cannot be changed.'),
  'in-use': row(409, '使われているため、この操作はできません。', 'It is in use, so this cannot be done.'),
  'limit-reached': row(409, '登録できる数の上限に達しています。', 'The limit has been reached.'),
  'busy-with-your-last': row(
    429,
    '前の操作がまだ終わっていません。終わってからもう一度お試しください。',
    'Your previous request of this kind is still running. Try again when it has finished.',
  ),
  conflict: row(
    409,
    'ほかの操作と重なりました。画面を読み直して、もう一度お試しください。',
    'This collided with another change. Reload and try again.',
  ),
  gone: row(410, 'すでに削除されています。', 'This has been deleted.'),
  stale: row(
    412,
    'ほかの人が先に変更しました。入力した内容はそのままです。最新の内容を確かめてから、もう一度保存してください。',
    'Somebody else has changed this meanwhile. Nothing you typed was saved or lost: look at the present state and save again.',
  ),
  'too-large': row(413, '送られた内容が大きすぎます。', 'The request is too large.'),
  'unsupported-media-type': row(415, 'この形式は受け付けていません。', 'This content type is not accepted here.'),
  'encoding-not-supported': row(
    415,
    '圧縮された送信は受け付けていません。',
    'A Content-Encoding is not accepted. Send the body uncompressed.',
  ),
  'wrong-host': row(421, 'このアドレスでは受け付けていません。', 'This host name is not served here.'),
  'precondition-required': row(
    428,
    '変更するには、読み込んだときの版（ETag）を If-Match で送ってください。',
    'Send the ETag that you read in If-Match.',
  ),
  'wait-before-next-attempt': row(
    429,
    '失敗が続いたため、しばらく待ってからもう一度お試しください。',
    'After several failures please wait before the next attempt.',
  ),
  'too-many-requests': row(
    429,
    '操作が多すぎます。少し待ってからもう一度お試しください。',
    'Too many requests. Please wait a little and try again.',
  ),
  internal: row(
    500,
    'サービス側で問題が起きました。しばらくしてからもう一度お試しください。',
    'Something went wrong on our side. Please try again later.',
  ),
  starting: row(
    503,
    'ただいま準備中です。少し待ってからもう一度お試しください。',
    'The service is getting ready. Please try again in a moment.',
  ),
  busy: row(
    503,
    'ただいま混み合っています。少し待ってからもう一度お試しください。',
    'The service is busy. Please try again in a moment.',
  ),
  unavailable: row(
    503,
    'ただいま使えません。少し待ってからもう一度お試しください。',
    'The service is not available right now. Please try again in a moment.',
  ),
};

function row(status: number, ja: string, en: string): ProblemRow {
  return { status, text: { ja, en } };
}

/** An RFC 9457 problem as this API answers it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: FailureCode;
  readonly message: Text;
  readonly trace: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: Text }[];
}

const STORE_FAILURES: Readonly<Record<StoreErrorKind, FailureCode>> = {
  'not-found': 'conflict',
  conflict: 'conflict',
  stale: 'stale',
  'gate-closed': 'starting',
  'too-large': 'too-large',
  busy: 'busy',
  unavailable: 'unavailable',
  damaged: 'internal',
};

/** The failure behind anything that was thrown: store trouble by its kind, everything unexpected as `internal`. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (isStoreError(thrown)) {
    const code = STORE_FAILURES[thrown.kind];
    const retryAfter = PROBLEMS[code].status === 503 ? Math.ceil((thrown.retryAfterMs ?? 5000) / 1000) : undefined;
    return new Failure(code, {
      cause: thrown,
      detail: thrown.message,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  return new Failure('internal', { cause: thrown });
}

/** What the caller is told of a failure: code, texts and errors, never its private detail or cause. */
export function problemOf(failure: Failure, trace: string): Problem {
  const { status, text } = PROBLEMS[failure.code];
  const message = failure.text ?? text;
  return {
    type: `urn:leyserkids:problem:${failure.code}`,
    title: message.en,
    status,
    code: failure.code,
    message,
    trace,
    ...(failure.errors.length === 0 ? {} : { errors: failure.errors.map(publicError) }),
  };
}

function publicError({ pointer, code, text }: InputError): { pointer: string; code: string; message: Text } {
  return { pointer, code, message: text };
}
