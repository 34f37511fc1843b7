import { measureColdStart } from './cold-start.ts';
import type { Figure } from './figure.ts';

/** The processor time of the package's start on Azure, against a bundle of the four libraries that every start needs. */
export const startOfPackage: Figure = {
  name: 'cold-start',
  async measure(workplace) {
    const { fourLibraries, loading, api, jobs, packageBytes } = await measureColdStart(workplace.folder());
    const size = `${(packageBytes / 1024 / 1024).toFixed(1)} MiB`;
    const against = { against: fourLibraries, unit: 'ms', bound: null };
    return [
      {
        what: `the start of the package (${size}) as the api on Azure until it is ready, against a bundle of four libraries (processor time)`,
        ...{ measured: api, ...against, bound: { atMost: 1.5 } },
      },
      { what: 'of that: loading', measured: loading, ...against },
      { what: 'of that: opening two accounts (tokens, TLS, reads)', measured: api - loading, ...against },
      { what: 'the same start as the jobs', measured: jobs, ...against },
    ];
  },
};
