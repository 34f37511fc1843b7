import { CHILDREN } from './children.ts';
import { CLASSES } from './classes.ts';
import type { Collection } from './collection.ts';
import { FACILITIES } from './facilities.ts';

/** Every collection, each after those that its records refer to. */
export const COLLECTIONS: readonly Collection<object, object>[] = [FACILITIES, CLASSES, CHILDREN];
