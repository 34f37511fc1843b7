import { CosmosClient } from '@azure/cosmos';
import { app } from '@azure/functions';
import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';

/** The app that the package's cold start is compared with: the libraries that every start needs, and no service. */
const Name = z.strictObject({ name: z.string() });
app.http('four-libraries', {
  handler: async (request) => {
    const { name } = Name.parse(await request.json());
    return { jsonBody: [name, CosmosClient.name, jwtVerify.name, SignJWT.name] };
  },
});
