import { Marked } from './marked.ts';

export const made = new Marked('made by the lazy part');
