import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { storeTrouble } from './sqlite-trouble.ts';

/** One result row, in the order of the statement's columns. */
export type Row = readonly SQLOutputValue[];

/**
 * One open SQLite file: statements compiled once, trouble told as StoreError. SQL text is fixed text of the code;
 * values travel as parameters only. Calls are synchronous, so within this process transactions never overlap.
 */
export class Database {
  readonly path: string;
  private readonly connection: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  /**
   * Opens an existing or new file as it is; `openDatabaseFile` is what checks and creates it.
   * @param busyTimeoutMs how long a call waits for another process before the file is `busy`
   */
  constructor(path: string, busyTimeoutMs = 0) {
    this.path = path;
    this.connection = new DatabaseSync(path, {
      timeout: busyTimeoutMs,
      returnArrays: true,
      enableForeignKeyConstraints: false,
    });
  }

  /** Runs statements without parameters or results: schema and settings. Errors come as node:sqlite throws them. */
  setUp(sql: string): void {
    this.connection.exec(sql);
  }

  /** All rows. Inside `read` or `write`. */
  rows(sql: string, ...values: readonly (string | number | null)[]): readonly Row[] {
    // node:sqlite types rows as objects whatever `returnArrays` says.
    return this.statement(sql).all(...values) as unknown as Row[];
  }

  /** The first row, or undefined. Inside `read` or `write`. */
  row(sql: string, ...values: readonly (string | number | null)[]): Row | undefined {
    return this.statement(sql).get(...values) as unknown as Row | undefined;
  }

  /** Changes rows; returns how many (those of triggers not counted). Inside `write`. */
  run(sql: string, ...values: readonly (string | number | null)[]): { changes: number; insertedRow: number } {
    const { changes, lastInsertRowid } = this.statement(sql).run(...values);
    return { changes: Number(changes), insertedRow: Number(lastInsertRowid) };
  }

  /** Reads; throws StoreError `busy`, `unavailable` or `damaged` when the file gives trouble. */
  read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeTrouble(error, this.path, false);
    }
  }

  /**
   * Does `work` as one transaction, on the disk when this returns, and without any effect when it throws; the one
   * exception is StoreError `unavailable` with `unclear`.
   */
  write<T>(work: () => T): T {
    let committing = false;
    try {
      // IMMEDIATE takes the write lock before anything is read, so what `work` reads still holds when it commits.
      this.run('BEGIN IMMEDIATE');
      const result = work();
      committing = true;
      this.run('COMMIT');
      return result;
    } catch (error) {
      if (this.connection.isTransaction) this.run('ROLLBACK');
      throw storeTrouble(error, this.path, committing);
    }
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  private statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}
