import * as z from 'zod';
import { because } from '../../domain/collections/field-schemas.ts';
import { facilityScopeInput, grantsInput } from '../../domain/grants-input.ts';
import { UUID_OF_SERVICE } from '../../domain/ids.ts';
import { normalGrants } from '../../domain/permissions.ts';
import { PRESETS, type Preset, presetGrants } from '../../domain/presets.ts';
import type { EditablePart } from '../../domain/sign-in/account.ts';
import { Failure } from '../../model/failure.ts';
import { epochMs } from '../../model/instant.ts';

/** The id in the path of an account. */
export const accountParams = z.strictObject({ id: z.string().regex(UUID_OF_SERVICE) });

/** Fields by which a body says what an account may do: grants, or a preset with the facilities that it is for. */
export const grantsChoice = {
  grants: grantsInput.exactOptional(),
  preset: z.enum(PRESETS).exactOptional(),
  facilities: facilityScopeInput.exactOptional(),
} as const;

type GrantsChoice = z.infer<z.ZodObject<typeof grantsChoice>>;

const EITHER = because(
  'grants-or-preset',
  '権限（grants）か役割（preset）のどちらか一方を指定してください。',
  'Give either grants or a preset.',
);
const FOR_WHICH = because(
  'facilities-needed',
  '役割がどの園のものかを指定してください。',
  'Say for which facilities the preset is: "all" or a list.',
);
const ONLY_WITH_PRESET = because(
  'facilities-with-preset-only',
  '園は権限（grants）の中で指定してください。',
  'With grants, facilities stand inside each of them.',
);
const REACHES_EVERY_FACILITY = because(
  'whole-tenant-only',
  '管理者の権限は法人全体のものです。園を選ばずに指定してください。',
  'An administrator reaches every facility. Leave the facilities out, or choose another preset.',
);

/** Holds a body to one way of saying what an account may do. */
export function checkGrantsChoice({ grants, preset, facilities }: GrantsChoice, context: z.RefinementCtx): void {
  const wrong = (field: string, reason: typeof EITHER) =>
    context.addIssue({ code: 'custom', path: [field], ...reason });
  if ((grants === undefined) === (preset === undefined)) wrong('grants', EITHER);
  else if (grants !== undefined && facilities !== undefined) wrong('facilities', ONLY_WITH_PRESET);
  else if (preset !== undefined && preset !== 'administrator' && facilities === undefined)
    wrong('facilities', FOR_WHICH);
  else if (preset === 'administrator' && (facilities ?? 'all') !== 'all') wrong('facilities', REACHES_EVERY_FACILITY);
}

/** What a checked body says: the grants in their stored form, and the preset that they began as. */
export function chosenGrants({ grants, preset, facilities }: GrantsChoice): Pick<EditablePart, 'grants' | 'preset'> {
  const chosen: Preset | null = preset ?? null;
  return {
    preset: chosen,
    grants: normalGrants(grants ?? (chosen === null ? {} : presetGrants(chosen, facilities ?? 'all'))),
  };
}

/** Throws Failure `invalid-input` for an active period that ends before it begins. */
export function checkPeriod({ activeFrom, activeUntil }: Pick<EditablePart, 'activeFrom' | 'activeUntil'>): void {
  if (activeFrom === null || activeUntil === null || epochMs(activeFrom) < epochMs(activeUntil)) return;
  throw new Failure('invalid-input', {
    errors: [
      {
        pointer: '/activeUntil',
        code: 'ends-before-it-begins',
        text: {
          ja: '利用の終わりは、始まりより後にしてください。',
          en: 'The active period must end after it begins.',
        },
      },
    ],
  });
}
