import { DatabaseSync } from 'node:sqlite';
import { app } from '@azure/functions';

/** The least that a read can be: a function that looks one row up. */
const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE items (id TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID');
database
  .prepare('INSERT INTO items VALUES (?, ?)')
  .run('one', JSON.stringify({ name: '山田 花子', notes: '備考'.repeat(300) }));
const read = database.prepare('SELECT value FROM items WHERE id = ?');

app.http('read', {
  route: 'api/read/{id}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request) => ({
    headers: { 'content-type': 'application/json' },
    body: String(read.get(request.params['id'] ?? '')?.['value']),
  }),
});
