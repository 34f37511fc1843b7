import { app, type HttpResponseInit } from '@azure/functions';

/** Answers with what arrived, and shows each shape of answer that a function can give. */
app.http('echo', {
  route: 'api/echo/{id?}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  handler: async (request, context) => ({
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: [...request.query],
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      traceParent: context.traceContext?.traceParent,
    },
  }),
});
app.http('size', {
  route: 'api/size',
  methods: ['POST'],
  handler: async (request) => ({ body: String((await request.arrayBuffer()).byteLength) }),
});
app.http('literal', { route: 'api/echo/literal', methods: ['GET'], handler: () => ({ body: 'literal' }) });
app.http('bare', { route: 'api/bare', methods: ['GET'], handler: () => ({ status: 200 }) });
app.http('nothing', {
  route: 'api/nothing',
  methods: ['GET'],
  handler: () => undefined as unknown as HttpResponseInit,
});
app.http('no-content', {
  route: 'api/no-content',
  methods: ['OPTIONS', 'DELETE'],
  handler: () => ({ status: 204, headers: { allow: 'GET, DELETE' } }),
});
app.http('bytes', {
  route: 'api/bytes',
  methods: ['GET', 'HEAD'],
  handler: () => ({ body: new Uint8Array([0, 255, 10, 13]), headers: { 'content-type': 'application/octet-stream' } }),
});
app.http('throws', {
  route: 'api/throws',
  methods: ['GET'],
  handler: () => {
    throw new Error('secret detail');
  },
});
app.http('throws-null', {
  route: 'api/throws-null',
  methods: ['GET'],
  handler: () => Promise.reject(null),
});
app.http('no-object', {
  route: 'api/no-object',
  methods: ['GET'],
  handler: () => 'text' as HttpResponseInit,
});
app.http('bad-cookie', {
  route: 'api/bad-cookie',
  methods: ['GET'],
  handler: () => ({ cookies: [{ name: 'a\r\nx', value: '1' }] }),
});
app.http('cookies', {
  route: 'api/cookies',
  methods: ['GET'],
  handler: () => ({
    headers: { connection: 'upgrade', 'content-length': '1' },
    body: 'ok',
    cookies: [
      {
        name: '__Host-session',
        value: 'a.b-c_d',
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'Strict',
        maxAge: 60,
      },
      {
        name: '__Host-device',
        value: 'x y',
        secure: true,
        sameSite: 'None',
        expires: new Date('2026-11-24T05:00:00Z'),
      },
    ],
  }),
});
