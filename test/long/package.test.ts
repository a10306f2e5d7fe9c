import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SmtpClient } from '../../core/smtp/smtp-client.ts';
import { Child } from '../support/child.ts';
import { FREE_PORTS, READY_LINE, textMail } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Output of `npm pack --json`. */
const packed = z.tuple([
  z.object({ filename: z.string(), size: z.number(), files: z.array(z.object({ path: z.string() })) }),
]);
const MAX_PACKED_BYTES = 10_000_000;
const STACKS = ['ingress', 'network', 'observability', 'processing', 'storage'];

const path = temporaryDirectory();
const app = (...names: string[]) => path('app', ...names);
let tarball: z.infer<typeof packed>[0];
let program: Child | null = null;

/** Runs a program in a user's folder, with the commands of the installed packages on the PATH. @throws if it fails */
async function run(command: string, args: readonly string[], cwd = app(), env: NodeJS.ProcessEnv = {}) {
  const PATH = [app('node_modules/.bin'), process.env['PATH']].join(delimiter);
  const child = new Child(command, args, { cwd, env: { ...process.env, PATH, npm_config_yes: 'false', ...env } });
  const { code, stdout, stderr } = await child.ended();
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout.toString();
}

async function send(port: number, recipient: string, subject: string): Promise<void> {
  const client = await SmtpClient.connect({ host: '127.0.0.1', port });
  try {
    await client.send({ mailFrom: 'ada@example.org', rcptTo: [recipient] }, textMail(subject));
  } finally {
    client.quit();
  }
}

/** Installs the tarball into an empty folder and runs `init`, as a user does. */
beforeAll(async () => {
  await mkdir(app());
  const told = await run('npm', ['pack', '--json', '--silent', '--pack-destination', path()], resolve('.'));
  [tarball] = packed.parse(JSON.parse(told));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', path(tarball.filename)]);
}, 20 * 60_000);
afterAll(() => program?.signal('SIGKILL'));

describe('the package', () => {
  it('contains code, types and pages, but no tests, sources or secrets, in less than 10 MB', async () => {
    expect(tarball.size).toBeLessThan(MAX_PACKED_BYTES);
    const names = tarball.files.map(({ path }) => path);
    const outside = names.filter((name) => !name.startsWith('dist/'));
    expect(outside.sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'cli/mail-pipeline.mjs', 'package.json']
        .concat(['asyncapi', 'mail-parsed-v1', 'parsed-mail-v1'].map((name) => `schema/${name}.json`))
        // Messages refer to pages such as docs/runbook.md.
        .concat((await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`))
        .sort(),
    );
    const rooms = new Set(names.filter((name) => name.startsWith('dist/')).map((name) => name.split('/')[1]));
    expect([...rooms].sort()).toEqual([
      ...['bundles', 'cdk.json', 'cli', 'consumer', 'core', 'lib', 'local', 'parse', 'schema'],
    ]);
    expect(names.filter((name) => /\.env|\.eml$|\.test\.|(?<!\.d)\.ts$|\.tsx$/.test(name))).toEqual([]);
    for (const program of ['parser', 'enricher', 'edge-mta'])
      expect(names).toContain(`dist/bundles/${program}/index.mjs`);
    expect(names).toContain('dist/bundles/edge-mta/Dockerfile');
  });

  it('contains no path of the machine that built it', async () => {
    const dist = app('node_modules/mail-pipeline/dist');
    const files = (await readdir(dist, { recursive: true })).filter((name) => /\.(m?js|json)$/.test(name));
    const found = await Promise.all(
      files.map(async (name) => ((await readFile(`${dist}/${name}`, 'utf8')).includes(resolve('.')) ? [name] : [])),
    );
    expect(found.flat()).toEqual([]);
  });

  it('installs no CDK for those who only consume, who load few packages', async () => {
    expect(await readdir(app('node_modules'))).not.toContain('aws-cdk-lib');
    const { metafile } = await build({
      ...{ entryPoints: [app('node_modules/mail-pipeline/dist/consumer/index.js')], outfile: path('consumer.mjs') },
      ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', metafile: true },
    });
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((each) => each.path));
    expect([...new Set(imported.filter((name) => !name.startsWith('node:')))].sort()).toEqual([
      ...['@aws-sdk/client-s3', '@aws-sdk/client-sqs', 'ulid', 'zod/mini'],
    ]);
  });

  it('parses a mail to the document, and exports schema and configuration', async () => {
    await writeFile(
      app('reads.mjs'),
      `import { defineConfig } from 'mail-pipeline/config';
       import { parseMailFile } from 'mail-pipeline/parse';
       import { parsedMailJsonSchema } from 'mail-pipeline/schema';
       import written from 'mail-pipeline/schema/parsed-mail-v1.json' with { type: 'json' };
       const { subject } = await parseMailFile(process.argv[2]);
       const { domains } = defineConfig({ domains: ['example.com'] });
       console.log(JSON.stringify([subject, domains, parsedMailJsonSchema.$id === written.$id]));`,
    );
    const mail = resolve('test/fixtures/mails/reply.eml');
    const told = await run(process.execPath, ['--no-warnings', 'reads.mjs', mail]);
    expect(JSON.parse(told)).toEqual([expect.stringContaining('Order for tomorrow'), ['example.com'], true]);
    expect(await run('mail-pipeline', ['parse', mail, '--json'])).toContain('Order for tomorrow');
  });
});

describe('after "mail-pipeline init"', () => {
  beforeAll(async () => {
    const told = await run('mail-pipeline', ['init', '--domain', 'example.com', '--yes']);
    expect(told).not.toContain('npm install');
  }, 20 * 60_000);

  it('"mail-pipeline start" accepts a mail under the configuration, and consume() delivers it', async () => {
    const bin = app('node_modules/.bin/mail-pipeline');
    program = new Child(process.execPath, [bin, 'start', ...FREE_PORTS, '--data', path('data')], { cwd: app() });
    const [, smtpPort, , awsUrl = ''] = await program.printed(READY_LINE);
    await expect(send(Number(smtpPort), 'b@example.net', 'elsewhere')).rejects.toThrow(/550 5\.7\.1/);
    await send(Number(smtpPort), 'b@example.com', 'installed');
    await writeFile(
      app('consumes.mjs'),
      `import { consume } from 'mail-pipeline/consumer';
       const stop = new AbortController();
       const handle = async (mail, stored) => {
         console.log(JSON.stringify([mail.subject, (await stored.whole()).text.trim()]));
         stop.abort();
       };
       await consume(process.argv[2], { signal: stop.signal, handle });`,
    );
    const keys = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: 'us-east-1' };
    const queue = `${awsUrl}/000000000000/parsed-mail`;
    const told = await run(process.execPath, ['consumes.mjs', queue], app(), { ...keys, AWS_ENDPOINT_URL: awsUrl });
    expect(JSON.parse(told)).toEqual(['installed', 'Hello.']);
    program.signal('SIGINT');
    expect((await program.ended()).code).toBe(130);
  });

  it('"cdk synth" writes the templates, with the functions on the runtime of a new deployment', async () => {
    await run('cdk', ['synth', '--quiet']);
    for (const stack of STACKS) {
      expect(await readdir(app('cdk.out'))).toContain(`mail-pipeline-prod-${stack}.template.json`);
    }
    const processing = await readFile(app('cdk.out/mail-pipeline-prod-processing.template.json'), 'utf8');
    expect(processing).toContain('"nodejs24.x"');
    expect(processing).not.toContain('"nodejs20.x"');
  });

  it('the example of a CDK app with the construct synthesises', async () => {
    const example = app('example');
    await cp('examples/cdk-app', example, { recursive: true });
    await run('cdk', ['synth', '--quiet'], example);
    const template = await readFile(app('example/cdk.out/Invoices.template.json'), 'utf8');
    expect(template).toContain('AWS::Lambda::EventSourceMapping');
  });

  it.each([
    { module: 'node16', moduleResolution: 'node16' },
    { module: 'esnext', moduleResolution: 'bundler' },
  ])('its types are those of the documents, with moduleResolution $moduleResolution', async (options) => {
    const folder = app(`types-${options.moduleResolution}`);
    await mkdir(folder);
    await writeFile(`${folder}/package.json`, '{ "type": "module" }');
    await writeFile(
      `${folder}/uses.ts`,
      `import { MailPipeline, type MailPipelineProps } from 'mail-pipeline';
       import { defineConfig, type PipelineConfigInput } from 'mail-pipeline/config';
       import { consume, type ParsedMail } from 'mail-pipeline/consumer';
       import { parseMail } from 'mail-pipeline/parse';
       import { parsedMailJsonSchema } from 'mail-pipeline/schema';

       const subject = (mail: ParsedMail): string | null => mail.structure?.children[0]?.children[0]?.contentType ?? mail.subject;
       await consume('https://queue', { handle: async (mail) => void subject(mail) });
       await consume('https://queue', {
         // @ts-expect-error a subject may be missing: the type is not any
         handle: async (mail) => void mail.subject.length,
       });
       const document: ParsedMail = await parseMail(new Uint8Array());
       // @ts-expect-error a part of a part is typed as well
       const size: string = document.structure?.children[0]?.children[0]?.size;
       const input: PipelineConfigInput = { domains: ['example.com'], runtime: 'nodejs24.x' };
       // @ts-expect-error there is no such ingress
       defineConfig({ ingress: 'smtp' });
       // @ts-expect-error it needs the domains
       const props: MailPipelineProps = {};
       export { defineConfig, document, input, MailPipeline, parsedMailJsonSchema, props, size };`,
    );
    const compilerOptions = {
      ...{ ...options, target: 'es2022', strict: true, noEmit: true, skipLibCheck: true, types: ['node'] },
      typeRoots: [resolve('node_modules/@types')],
    };
    await writeFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ['uses.ts'] }));
    await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder]);
  });
});
