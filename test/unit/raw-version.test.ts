import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Client } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { openRawMail } from '../../lambda/parser/raw-mail.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';

const VERSIONS: Record<string, string> = { first: 'Subject: first\r\n\r\n', latest: 'Subject: latest\r\n\r\n' };

let server: Server;
let endpoint = '';
beforeAll(async () => {
  // An S3 with a versioned bucket.
  server = createServer((request, response) => {
    const version = new URL(request.url ?? '', 'http://s3').searchParams.get('versionId') ?? 'latest';
    const body = VERSIONS[version];
    if (body === undefined) return response.writeHead(404).end('<Error><Code>NoSuchVersion</Code></Error>');
    return response
      .writeHead(200, {
        'content-length': body.length,
        etag: '"e"',
        'last-modified': 'Sun, 22 Nov 2026 10:00:00 GMT',
        'x-amz-version-id': version,
      })
      .end(body);
  });
  endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function subjectOf(versionId: string | null) {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const store = s3ObjectStore(createS3Client({ endpoint, region: 'us-east-1', credentials }));
  const object = { bucket: 'raw-mail', key: 'inbox/a.eml', versionId, revision: 1 };
  const raw = await openRawMail(store, object, new AbortController().signal);
  const chunks: Buffer[] = [];
  for await (const chunk of raw.data) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), versionId: raw.versionId };
}

describe('a raw mail', () => {
  it('is read in the version that its event names, although it was overwritten since', async () => {
    expect(await subjectOf('first')).toEqual({ text: VERSIONS['first'], versionId: 'first' });
    expect(await subjectOf(null)).toEqual({ text: VERSIONS['latest'], versionId: 'latest' });
  });

  it('is missing when that version is gone', async () => {
    await expect(subjectOf('deleted')).rejects.toMatchObject({ code: 'raw.missing' });
  });
});
