import { measureColdStart } from './cold-start.ts';
import type { Figure } from './figure.ts';

/** The processor time of the package's start, against a bundle of the four libraries that every start needs. */
export const startOfPackage: Figure = {
  name: 'cold-start',
  async measure() {
    const { apiPackage, fourLibraries, packageBytes } = await measureColdStart();
    const size = `${(packageBytes / 1024 / 1024).toFixed(1)} MiB`;
    const what = `the start of the package (${size}) as the api, against a bundle of four libraries (processor time)`;
    return [{ what, measured: apiPackage, against: fourLibraries, unit: 'ms', bound: { atMost: 1.5 } }];
  },
};
