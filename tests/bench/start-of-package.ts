import { measureColdStart } from './cold-start.ts';
import type { Figure } from './figure.ts';

/**
 * The processor time of the package's start on Azure, against a bundle of the four libraries that every start needs and that
 * is only loaded. So the bound is for loading; what else a start does, which that bundle does not, is told beside it.
 */
export const startOfPackage: Figure = {
  name: 'cold-start',
  async measure(workplace) {
    const { fourLibraries, loading, api, jobs, packageBytes } = await measureColdStart(workplace.folder());
    const size = `${(packageBytes / 1024 / 1024).toFixed(1)} MiB`;
    const against = { against: fourLibraries, unit: 'ms', bound: null };
    return [
      {
        what: `loading the package (${size}) as the api on Azure, against a bundle of four libraries (processor time)`,
        ...{ measured: loading, ...against, bound: { atMost: 1.5 } },
      },
      {
        what: 'the same until it is ready: with identity, tokens, TLS and reads of two accounts',
        measured: api,
        ...against,
      },
      { what: 'the same as the jobs', measured: jobs, ...against },
    ];
  },
};
