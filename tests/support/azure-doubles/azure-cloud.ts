import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { CosmosDouble } from '../cosmos-double/cosmos-double.ts';
import { Azurite } from './azurite.ts';
import type { CloudPlace } from './cloud-place.ts';
import { IdentityDouble } from './identity-double.ts';
import { KeyVaultDouble, PLACED_RESOURCE } from './key-vault-double.ts';

/** What every storage account calls itself. Source: the scope of the SDK's client. */
export const STORAGE_RESOURCE = 'https://storage.azure.com';
/** As the Bicep templates keep the log archive. */
const KEPT_DAYS = 400;

/** The doubles of all that the service uses on Azure, empty. */
interface Doubles {
  readonly identity: IdentityDouble;
  readonly data: CosmosDouble;
  readonly control: CosmosDouble;
  readonly tenantVault: KeyVaultDouble;
  readonly serviceVault: KeyVaultDouble;
  readonly backups: Azurite;
  readonly logs: Azurite;
}

export interface CloudOptions {
  /** Consistency levels of the accounts; `Strong` unless told. */
  readonly consistency?: { readonly data?: string; readonly control?: string };
}

/**
 * All that the service uses on Azure, in this process, for services in processes of their own: over TLS on loopback, at the
 * real time, each double only for who carries the token of its resource, which the identity hands out. It outlives the
 * processes that use it.
 */
export class AzureCloud {
  readonly doubles: Doubles;
  /** What the environment of a process of the service holds beside it: addresses, identity and the certificate to trust. */
  readonly env: Readonly<Record<string, string>>;
  /** The certificate that all doubles show, PEM. */
  readonly certificate: string;
  readonly #folder: string;

  private constructor(doubles: Doubles, certificate: string) {
    this.doubles = doubles;
    this.certificate = certificate;
    this.#folder = mkdtempSync(join(tmpdir(), 'leyserkids-cloud-'));
    const file = join(this.#folder, 'certificate.pem');
    writeFileSync(file, certificate);
    this.env = {
      LEYSERKIDS_STORES: 'azure',
      LEYSERKIDS_DATA_ACCOUNT: doubles.data.endpoint,
      LEYSERKIDS_CONTROL_ACCOUNT: doubles.control.endpoint,
      LEYSERKIDS_TENANT_VAULT: doubles.tenantVault.endpoint,
      LEYSERKIDS_SERVICE_VAULT: doubles.serviceVault.endpoint,
      LEYSERKIDS_BACKUP_STORAGE: doubles.backups.endpoint,
      LEYSERKIDS_LOG_STORAGE: doubles.logs.endpoint,
      NODE_EXTRA_CA_CERTS: file,
      ...doubles.identity.env,
    };
  }

  static async start({ consistency = {} }: CloudOptions = {}): Promise<AzureCloud> {
    const { private: key, cert } = await selfSigned();
    const identity = await IdentityDouble.start();
    const admitting = (headerOf: (token: string) => string, resource?: string): CloudPlace => ({
      key,
      cert,
      admits: (header, endpoint) => header === headerOf(identity.tokenOf(resource ?? endpoint)),
    });
    // An account's resource is its address. Source: the SDK's client, which asks for a token of it.
    const account = admitting((token) => `type=aad&ver=1.0&sig=${token}`);
    const vault = admitting((token) => `Bearer ${token}`, PLACED_RESOURCE);
    const storage = admitting((token) => `Bearer ${token}`, STORAGE_RESOURCE);
    // As azure.ts names databases and containers.
    const doubles = {
      identity,
      data: await CosmosDouble.start(consistency.data, { database: 'data', place: account }),
      control: await CosmosDouble.start(consistency.control, { database: 'control', place: account }),
      tenantVault: await KeyVaultDouble.start(vault),
      serviceVault: await KeyVaultDouble.start(vault),
      backups: await Azurite.start({ container: 'generations', place: storage }),
      logs: await Azurite.start({ container: 'digests', keepDays: KEPT_DAYS, place: storage }),
    };
    doubles.data.followTime(Date.now);
    doubles.control.followTime(Date.now);
    for (const resource of [doubles.data.endpoint, doubles.control.endpoint, PLACED_RESOURCE, STORAGE_RESOURCE]) {
      identity.tokenOf(resource);
    }
    return new AzureCloud(doubles, cert);
  }

  /** All documents, secrets and blobs, as bytes in which one can search. */
  async kept(): Promise<Buffer> {
    const { data, control, tenantVault, serviceVault, backups, logs } = this.doubles;
    const texts = [data, control].map((account) => JSON.stringify(account.everyDocument()));
    const secrets = [tenantVault, serviceVault].map((vault) => JSON.stringify([...vault.everySecret()]));
    const blobs = [...(await backups.everyBlob()), ...(await logs.everyBlob())];
    return Buffer.concat([
      ...[...texts, ...secrets].map((text) => Buffer.from(text)),
      ...blobs.flatMap(([path, bytes]) => [Buffer.from(path), bytes]),
    ]);
  }

  /** Ends the doubles. Throws when a service asked one for what it does not know. */
  async stop(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    const stopped = await Promise.allSettled(Object.values(this.doubles).map((double) => double.stop()));
    const failed = stopped.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    if (failed.length > 0) throw new AggregateError(failed, String(failed[0]));
  }
}

/** A certificate for loopback that is its own authority. */
function selfSigned(): ReturnType<typeof generate> {
  return generate([{ name: 'commonName', value: 'LeySerKids test cloud' }], {
    ...{ keyType: 'ec', algorithm: 'sha256' },
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
}
