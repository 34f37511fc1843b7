import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Customer } from './customer.ts';
import { ledgerFile } from './ledger.ts';
import { ADMINISTRATOR, CORPORATION, FACILITIES, INVITED, TENANT } from './nursery.ts';
import { newPlan, type Plan, readPlan, writePlan } from './plan.ts';

const run = promisify(execFile);
/** The tool's exit code for a call that it refuses. */
const REFUSED = 2;
const TOOL = new URL('../../cli/main.ts', import.meta.url).pathname;

export interface SeedParts {
  /** Where the service listens. */
  readonly url: string;
  /** The configured origin. */
  readonly origin: string;
  readonly dataFolder: string;
  /** Today in Tokyo. */
  readonly today: { readonly year: number; readonly month: number };
  /** Runs a job now, instead of waiting for its turn. */
  readonly runJob: (name: string) => Promise<void>;
}

/**
 * Makes the invented tenant as a customer would: the operator's tool writes the contract, everything else goes over HTTP.
 * Each step may have been done before: a start that was killed half-way goes on where it stopped, and one that was
 * finished changes nothing. Returns undefined where the tenant's code is used by a contract that this seed did not make.
 */
export async function seed(parts: SeedParts): Promise<Plan | undefined> {
  const { dataFolder } = parts;
  const known = readPlan(dataFolder);
  if (known?.done === true) return known;
  const plan = known ?? newPlan(schoolYearOf(parts.today));
  const code = await openContract(plan);
  if (code === undefined && known === undefined) return undefined;
  if (known === undefined) writePlan(dataFolder, plan);
  await parts.runJob('provision-tenants');
  const customer = await signedIn(parts, plan, code);
  await customer.must('POST', '/auth/confirm', { password: plan.administrator.password });
  await makeFacilities(customer, plan);
  await announce(customer);
  const finished: Plan = { ...plan, accounts: await invite(customer, plan), done: true };
  writePlan(dataFolder, finished);
  return finished;
}

function schoolYearOf({ year, month }: SeedParts['today']): number {
  return month >= 4 ? year : year - 1;
}

/** Opens the contract; its activation code, or undefined where there is a contract of that name already. */
async function openContract({ schoolYear }: Plan): Promise<string | undefined> {
  const terms = ['--tenant', TENANT, '--name', CORPORATION, '--starts-on', `${schoolYear}-04-01`];
  try {
    return (await operate('contract', 'create', ...terms)).activation.code;
  } catch (error) {
    if ((error as { code?: unknown }).code === REFUSED && /already/.test(String(error))) return undefined;
    throw error;
  }
}

/** Signed in as the administrator, who is registered first where that has not happened yet. */
async function signedIn({ url, origin }: SeedParts, plan: Plan, code: string | undefined): Promise<Customer> {
  const customer = new Customer(url, origin);
  const { loginId, password } = plan.administrator;
  if (code === undefined) {
    const { status } = await customer.send('POST', '/auth/login', { tenant: TENANT, loginId, password });
    if (status === 200) return customer;
  }
  const registration = {
    tenant: TENANT,
    // Nobody has noted the first code when that start was cut off; another replaces it.
    code: code ?? (await operate('contract', 'code', '--tenant', TENANT)).code,
    loginId,
    password,
    displayName: ADMINISTRATOR,
  };
  await customer.must('POST', '/auth/register', registration);
  return customer;
}

async function makeFacilities(customer: Customer, { facilities, schoolYear }: Plan): Promise<void> {
  for (const [place, { id, classes }] of facilities.entries()) {
    const facility = FACILITIES[place];
    if (facility === undefined) throw new RangeError('the plan is of another release');
    const { classes: declared, ...fields } = facility;
    await customer.must('POST', '/facilities', { id, type: 'nursery', order: place, ...fields });
    for (const [order, { name, ages }] of declared.entries()) {
      await customer.must('POST', '/classes', { id: classes[order], facility: id, schoolYear, name, ages, order });
    }
    await importLedger(customer, id, ledgerFile(facility, place, schoolYear));
  }
}

async function importLedger(customer: Customer, facility: string, file: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let from: number | null = 1; from !== null; ) {
    const query: string = new URLSearchParams({ facility, dryRun: 'false', fromRow: String(from) }).toString();
    const { body } = await customer.must('POST', `/children/import?${query}`, file);
    if (body.counts.refused > 0) throw new Error(`the demo's ledger was refused: ${JSON.stringify(body.problems[0])}`);
    from = body.nextRow;
  }
}

/** Invites the others. Sent again, an invitation is answered with a new code while its person has not registered. */
async function invite(customer: Customer, plan: Plan): Promise<Plan['accounts']> {
  const invited: Plan['accounts'][number][] = [];
  for (const [place, { id }] of plan.accounts.entries()) {
    const account = INVITED[place];
    if (account === undefined) throw new RangeError('the plan is of another release');
    const { displayName, preset } = account;
    const facilities = account.facilities === 'all' ? 'all' : account.facilities.map((at) => plan.facilities[at]?.id);
    const { body } = await customer.must('POST', '/accounts', { id, displayName, preset, facilities });
    invited.push({ id, code: body.registration?.code ?? null });
  }
  return invited;
}

/** Tells everybody of the version that runs, as an operator does before each release. */
async function announce(customer: Customer): Promise<void> {
  const { version } = (await customer.must('GET', '/openapi.json')).body.info;
  const notices: readonly { readonly version: string | null }[] = await operate('notice', 'list');
  if (notices.some((notice) => notice.version === version)) return;
  const told = ['--title', 'ようこそ LeySerKids へ', '--text', 'これは見本のお知らせです。園児も職員も架空です。'];
  await operate('notice', 'publish', '--all', '--version', version, ...told);
}

/** The operator's tool, as an operator runs it. */
// biome-ignore lint/suspicious/noExplicitAny: the tool's JSON, which its own tests hold it to
async function operate(...args: readonly string[]): Promise<any> {
  const { stdout } = await run(process.execPath, [TOOL, ...args, '--json']);
  return JSON.parse(stdout);
}
