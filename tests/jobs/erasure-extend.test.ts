import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CommandContext } from '../../src/cli/command.ts';
import { ops } from '../../src/cli/ops.ts';
import { CONTRACT_ID } from '../../src/domain/contracts/contract.ts';
import { DAY } from '../../src/model/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ControlStore } from '../../src/ports/control-store.ts';
import { copyOf, END, type ErasureService, endingTenant, TENANT } from './erasure-fixture.ts';
import { type CallWatch, watchedPort } from './watched.ts';

/**
 * Two actors whose calls are played in every order. Each waits for its turn before a call; who sleeps can go on only once the
 * other has made a step, or has ended.
 */
class Stage {
  readonly #ready = new Map<string, () => void>();
  readonly #asleep = new Map<string, () => void>();
  readonly #over = new Set<string>();

  turn(actor: string): Promise<void> {
    return new Promise((resolve) => this.#ready.set(actor, resolve));
  }

  sleep(actor: string): Promise<void> {
    return new Promise((resolve) => this.#asleep.set(actor, resolve));
  }

  /** Plays the actors to their ends. Where both could go on, `choices` says who does; beyond it, the first. Returns all choices. */
  async play(actors: Readonly<Record<string, () => Promise<unknown>>>, choices: readonly number[]): Promise<number[]> {
    const names = Object.keys(actors);
    const works = names.map((name) => actors[name]?.().finally(() => this.#over.add(name)));
    const made: number[] = [];
    while (this.#over.size < names.length) {
      const stands = (name: string) => this.#ready.has(name) || this.#asleep.has(name) || this.#over.has(name);
      while (!names.every(stands)) await setImmediate();
      const ready = names.filter((name) => this.#ready.has(name));
      if (ready.length === 0) this.#wakeAll();
      else {
        const choice = ready.length === 1 ? 0 : (choices[made.length] ?? 0);
        if (ready.length > 1) made.push(choice);
        const next = ready[choice] ?? '';
        const go = this.#ready.get(next);
        this.#ready.delete(next);
        this.#wakeAll();
        go?.();
      }
      await setImmediate();
    }
    await Promise.all(works);
    return made;
  }

  #wakeAll(): void {
    for (const [name, wake] of [...this.#asleep]) {
      this.#asleep.delete(name);
      wake();
    }
  }
}

/** The next sequence of choices in the order of a depth-first walk; undefined after the last one. */
function nextChoices(made: readonly number[]): number[] | undefined {
  const last = made.lastIndexOf(0);
  return last < 0 ? undefined : [...made.slice(0, last), 1];
}

/** Calls of the job from its look at what is due to the write that decides; what it does after that is no more at stake. */
const DECISIVE_CALLS = 5;
const DECISIVE = /^(contracts\.get|tenant-state\.(due|replace))$/;

function eraser(on: ErasureService, stage: Stage): () => Promise<unknown> {
  let calls = 0;
  const before = async (call: string) => {
    if (DECISIVE.test(call) && calls < DECISIVE_CALLS) {
      calls += 1;
      await stage.turn('job');
    }
  };
  return () => on.tick(on.eraser({ before, after: () => {} }));
}

function extender(on: ErasureService, stage: Stage, answer: { exitCode?: number; err: string }) {
  const watch: CallWatch = { before: () => stage.turn('operator'), after: () => {} };
  const control: ControlStore = {
    now: () => on.control.now(),
    container: (name) => watchedPort(on.control.container(name), name, watch),
  };
  const clock: Clock = {
    now: () => on.clock.now(),
    monotonic: () => on.clock.monotonic(),
    sleep: () => stage.sleep('operator'),
  };
  const context: CommandContext = {
    ...{
      control,
      clock,
      publicUrl: 'http://localhost:7071',
      noticeHours: 72,
      erasureNotice: DAY,
      ask: undefined,
      tell: () => {},
    },
  };
  const line = ['contract', 'extend', '--tenant', TENANT, '--ends-on', '2027-03-31'];
  const err = (text: string) => {
    answer.err += text;
  };
  return async () => {
    answer.exitCode = await ops(line, (work) => work(context), { out: () => {}, err });
  };
}

test('extend against a destruction that begins, at every interleaving: extended and everything there, or too late and said so', async () => {
  const prepared = await endingTenant();
  prepared.clock.set(END);
  const outcomes = { extended: 0, tooLate: 0 };
  let choices: number[] | undefined = [];
  while (choices !== undefined) {
    const on = await copyOf(prepared);
    const stage = new Stage();
    const answer: { exitCode?: number; err: string } = { err: '' };
    const made = await stage.play({ job: eraser(on, stage), operator: extender(on, stage, answer) }, choices);
    for (let ticks = 0; ticks < 2; ticks += 1) await on.tick();
    const contract = (await on.contracts.get(TENANT, CONTRACT_ID))?.value;
    const key = await on.keyState();
    const gate = (await on.partition().gate())?.name;
    if (answer.exitCode === 0) {
      outcomes.extended += 1;
      expect([key, gate, contract?.endsOn]).toEqual(['present', 'gate:1', '2027-03-31']);
      expect((await on.stateOf(TENANT))?.phase).toBe('provisioned');
    } else {
      outcomes.tooLate += 1;
      expect([answer.exitCode, answer.err]).toEqual([2, expect.stringContaining('Too late')]);
      expect([key, gate, contract?.endsOn]).toEqual(['absent', undefined, '2026-11-30']);
    }
    expect(on.errors()).toEqual([]);
    choices = nextChoices(made);
  }
  console.info(`extend against erasure: ${JSON.stringify(outcomes)}`);
  expect(outcomes.extended).toBeGreaterThan(20);
  expect(outcomes.tooLate).toBeGreaterThan(20);
});
