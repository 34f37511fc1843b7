import { createAccount } from './accounts/create-account.ts';
import { endAccountSessions } from './accounts/end-account-sessions.ts';
import { eraseAccount } from './accounts/erase-account.ts';
import { listAccountSessions } from './accounts/list-account-sessions.ts';
import { listAccounts } from './accounts/list-accounts.ts';
import { patchAccount } from './accounts/patch-account.ts';
import { readAccount } from './accounts/read-account.ts';
import { readSignInRules } from './accounts/read-sign-in-rules.ts';
import { resetAccountRegistration } from './accounts/reset-account.ts';
import { setGrants } from './accounts/set-grants.ts';
import { setSignInRules } from './accounts/set-sign-in-rules.ts';
import { exportLog } from './audit/export-log.ts';
import { listAuditEvents } from './audit/list-audit-events.ts';
import { confirm } from './auth/confirm.ts';
import { endOneSession } from './auth/end-session.ts';
import { login } from './auth/login.ts';
import { logout } from './auth/logout.ts';
import { changePassword } from './auth/password.ts';
import { recover } from './auth/recover.ts';
import { makeRecoveryCodes } from './auth/recovery-codes.ts';
import { register } from './auth/register.ts';
import { readSession } from './auth/session.ts';
import { endSessions, listSessions } from './auth/sessions.ts';
import { listBackups } from './backups/list-backups.ts';
import { readRestore } from './backups/read-restore.ts';
import { requestRestore } from './backups/request-restore.ts';
import { exportChildren } from './ledger-csv/export-children.ts';
import { importChildren } from './ledger-csv/import-children.ts';
import { listNotices } from './notices/list-notices.ts';
import { markNoticeRead } from './notices/mark-notice-read.ts';
import { readStatus } from './notices/read-status.ts';
import { readStatusFeed } from './notices/read-status-feed.ts';
import { readOpenApi } from './openapi.ts';
import { anybody, type Route, readers, route, signedIn, writers } from './pipeline/route.ts';
import {
  changeChild,
  changeClass,
  changeFacility,
  closeClass,
  closeFacility,
  createChild,
  createClass,
  createFacility,
  deleteChild,
  listChildren,
  listClasses,
  listFacilities,
  readChild,
  readClass,
  readFacility,
  searchChildren,
} from './records/record-endpoints.ts';
import { readHealth } from './service/health.ts';

/**
 * The whole API on a page: how each endpoint is called, and by whom. Paths stand below `/api`. A route is reached with
 * its grant in at least one facility; the endpoint narrows it to the facility that the request is about.
 */
export const ROUTES: readonly Route[] = [
  route('POST', '/auth/register', anybody, register),
  route('POST', '/auth/login', anybody, login),
  route('POST', '/auth/recover', anybody, recover),
  route('POST', '/auth/confirm', signedIn, confirm),
  route('POST', '/auth/logout', signedIn, logout),
  route('POST', '/auth/password', signedIn, changePassword),
  route('POST', '/auth/recovery-codes', signedIn, makeRecoveryCodes),
  route('GET', '/auth/session', signedIn, readSession),
  route('GET', '/auth/sessions', signedIn, listSessions),
  route('DELETE', '/auth/sessions', signedIn, endSessions),
  route('DELETE', '/auth/sessions/{id}', signedIn, endOneSession),

  route('GET', '/accounts', readers('accounts'), listAccounts),
  route('POST', '/accounts', writers('accounts'), createAccount),
  route('GET', '/accounts/{id}', readers('accounts'), readAccount),
  route('PATCH', '/accounts/{id}', writers('accounts'), patchAccount),
  route('DELETE', '/accounts/{id}', writers('accounts'), eraseAccount),
  route('PUT', '/accounts/{id}/grants', writers('accounts'), setGrants),
  route('POST', '/accounts/{id}/reset', writers('accounts'), resetAccountRegistration),
  route('GET', '/accounts/{id}/sessions', readers('accounts'), listAccountSessions),
  route('DELETE', '/accounts/{id}/sessions', writers('accounts'), endAccountSessions),
  route('GET', '/sign-in-rules', readers('accounts'), readSignInRules),
  route('PUT', '/sign-in-rules', writers('accounts'), setSignInRules),

  route('GET', '/facilities', signedIn, listFacilities),
  route('POST', '/facilities', writers('settings'), createFacility),
  route('GET', '/facilities/{id}', signedIn, readFacility),
  route('PATCH', '/facilities/{id}', writers('settings'), changeFacility),
  route('POST', '/facilities/{id}/close', writers('settings'), closeFacility),

  route('GET', '/classes', signedIn, listClasses),
  route('POST', '/classes', writers('children'), createClass),
  route('GET', '/classes/{id}', signedIn, readClass),
  route('PATCH', '/classes/{id}', writers('children'), changeClass),
  route('POST', '/classes/{id}/close', writers('children'), closeClass),

  route('GET', '/children', readers('children'), listChildren),
  route('POST', '/children', writers('children'), createChild),
  route('GET', '/children/{id}', readers('children'), readChild),
  route('PATCH', '/children/{id}', writers('children'), changeChild),
  route('DELETE', '/children/{id}', writers('children'), deleteChild),
  route('POST', '/children/search', readers('children'), searchChildren),
  route('POST', '/children/import', writers('children'), importChildren),
  route('GET', '/children/export', readers('children'), exportChildren),

  route('GET', '/audit-events', readers('audit'), listAuditEvents),
  route('GET', '/audit-events/archive', readers('audit'), exportLog),

  route('GET', '/backups', readers('backups'), listBackups),
  route('POST', '/restores', readers('backups'), requestRestore),
  route('GET', '/restores/{id}', readers('backups'), readRestore),

  route('GET', '/notices', signedIn, listNotices),
  route('POST', '/notices/{id}/read', signedIn, markNoticeRead),

  route('GET', '/status', anybody, readStatus),
  route('GET', '/status.atom', anybody, readStatusFeed),
  route('GET', '/health', anybody, readHealth),
  route(
    'GET',
    '/openapi.json',
    anybody,
    readOpenApi(() => ROUTES),
  ),
];
