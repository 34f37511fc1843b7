import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { app } from '@azure/functions';

/** One bare function that reads one row by its key from the file `rows.sqlite` of the data folder. */
const database = new DatabaseSync(join(process.argv[3] ?? '', 'rows.sqlite'), { returnArrays: true });
const select = database.prepare('SELECT body FROM rows WHERE id = ?');
app.http('read-row', {
  route: 'api/rows/{id}',
  methods: ['GET'],
  handler: ({ params }) => {
    const [body] = select.get(params['id'] ?? '') as unknown as [string];
    return { body, headers: { 'content-type': 'application/json' } };
  },
});
app.hook.appTerminate(() => database.close());
