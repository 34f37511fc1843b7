import { readFileSync } from 'node:fs';
import type { Audience, Words } from '../domain/announcements/announcement.ts';
import { CONTRACT_ID, TENANT_ID } from '../domain/contracts/contract.ts';
import type { ControlStore } from '../ports/control-store.ts';
import { contractsOf } from './contracts.ts';
import type { OptionTable, OptionValues } from './options.ts';
import { refused } from './refused.ts';

export const TITLE_OPTIONS: OptionTable = {
  title: { value: 'TEXT', required: true, help: 'One line in Japanese, at most 100 characters.' },
  'title-en': { value: 'TEXT', help: 'The same in English.' },
};

export const TEXT_OPTIONS: OptionTable = {
  text: { value: 'TEXT', required: true, help: 'Plain text in Japanese, at most 2,000 characters.' },
  'text-en': { value: 'TEXT', help: 'The same in English.' },
};

/** Instead of `TEXT_OPTIONS`, for what is written beforehand. */
export const MARKDOWN_OPTIONS: OptionTable = {
  file: { value: 'PATH', help: 'Markdown file (UTF-8) in Japanese, at most 10,000 characters.' },
  text: { value: 'TEXT', help: 'The Markdown itself, instead of a file.' },
  'file-en': { value: 'PATH', help: 'The same in English, as a file.' },
  'text-en': { value: 'TEXT', help: 'The same in English, itself.' },
};

export const TENANTS_OPTION: OptionTable = {
  tenants: { value: 'IDS', help: 'Only for these tenants: ids with commas between. Nothing of it is public then.' },
};

/** The title in both languages. */
export function titleOf(options: OptionValues): Words {
  return { ja: options.text('title'), en: options.optional('title-en') ?? null };
}

/** The plain text in both languages. */
export function textOf(options: OptionValues): Words {
  return { ja: options.text('text'), en: options.optional('text-en') ?? null };
}

/** The Markdown in both languages, as typed. Throws Failure when it is given twice, not at all, or cannot be read. */
export function markdownOf(options: OptionValues): Words {
  const ja = markdown(options, 'file', 'text');
  if (ja === null) throw refused('The notice needs its text in Japanese: give --file PATH or --text TEXT.');
  return { ja, en: markdown(options, 'file-en', 'text-en') };
}

function markdown(options: OptionValues, fileOption: string, textOption: string): string | null {
  const path = options.optional(fileOption);
  const text = options.optional(textOption);
  if (path === undefined) return text ?? null;
  if (text !== undefined) throw refused(`Give either --${fileOption} or --${textOption}, not both.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const why = error instanceof TypeError ? 'it is not UTF-8' : ((error as NodeJS.ErrnoException).code ?? 'unknown');
    throw refused(
      `The file "${path}" of --${fileOption} cannot be read (${why}); give the path of a text file in UTF-8.`,
    );
  }
}

/** For whom it is: the named tenants, else all. Throws Failure for a tenant that has no contract. */
export async function audienceOf(options: OptionValues, control: ControlStore): Promise<Audience> {
  const named = options.optional('tenants');
  if (named === undefined) return 'all';
  const tenants = [...new Set(named.split(',').map((tenant) => tenant.trim()))].sort();
  for (const tenant of tenants) {
    const exists = TENANT_ID.test(tenant) && (await contractsOf(control).get(tenant, CONTRACT_ID)) !== undefined;
    if (!exists) throw refused(`There is no contract "${tenant}"; "contract list" shows those that exist.`);
  }
  return tenants;
}
