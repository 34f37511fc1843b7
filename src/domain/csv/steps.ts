/**
 * Work that gives its result at the end and until then pauses after each step, so that whoever runs it can let others have
 * their turn. A step takes a few milliseconds at most; where it meets a row of the largest size, some tens.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;
