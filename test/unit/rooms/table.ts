/** A folder with everything below it, except deeper folders that are rooms themselves. */
export interface Room {
  /** Shown when an import breaks the rule. */
  why: string;
  /** Rooms it may import, besides itself. */
  rooms: readonly string[];
  /** npm packages and Node modules it may use; `node:*` means every Node module. */
  packages: readonly string[];
}

/** Allows a room to import a path known only at run time. */
export const COMPUTED = 'a computed path';

/** In `rooms` and `packages`: no restriction. */
export const ANYTHING = '*';

const CORE = 'Core imports no program and no room above it.';

/** Rooms that every program on the path of a mail may use. */
const PROGRAM = ['core/aws', 'core/settings', 'core/log', 'core/mail', 'core/metrics', 'core/ports', 'core/stream'];
const RUNTIME = 'What handles mail imports core: never CDK, the configuration, another program, local, bench or test.';

const LAMBDA = {
  why: `One Lambda never imports another. ${RUNTIME}`,
  rooms: [...PROGRAM, 'core/lambda', 'core/outcome'],
  packages: ['node:*'],
};

/**
 * Which way imports may point, and which packages a room may use. Anything not listed is refused, at any depth,
 * including types.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  'core/mail': {
    why: 'The domain knows no SDK, no CDK, no files, no network and no other room.',
    rooms: [],
    packages: ['node:crypto', 'node:url', 'ulid', 'zod'],
  },
  'core/ports': { why: 'Ports know the domain alone.', rooms: ['core/mail'], packages: ['node:stream'] },
  'core/log': { why: CORE, rooms: [], packages: [] },
  'core/metrics': { why: CORE, rooms: [], packages: [] },
  'core/lambda': {
    why: 'What wraps every function knows none of them.',
    rooms: ['core/log', 'core/mail', 'core/metrics', 'core/settings'],
    packages: ['aws-lambda', 'node:events'],
  },
  'core/stream': { why: CORE, rooms: [], packages: [] },
  'core/process': {
    why: CORE,
    rooms: [],
    packages: ['node:fs', 'node:os', 'node:path', 'node:timers/promises', 'tsx', COMPUTED],
  },
  'core/terminal': { why: CORE, rooms: ['core/log'], packages: ['fastest-levenshtein', 'node:util'] },
  'core/build': {
    why: CORE,
    rooms: [],
    packages: ['@hapi/address', 'esbuild', 'node:fs', 'node:fs/promises', 'node:path', 'node:url', 'zod'],
  },
  'core/smtp': {
    why: CORE,
    rooms: ['core/mail'],
    packages: ['node:crypto', 'node:events', 'node:net', 'node:readline', 'node:stream', 'node:tls', 'nodemailer'],
  },
  'core/http': {
    why: 'Requests to services of others know the domain alone.',
    rooms: ['core/mail'],
    packages: ['node:crypto', 'node:dns', 'node:fs/promises', 'node:http', 'node:https', 'node:net', 'zod'],
  },
  'core/auth': {
    why: 'Judging a mail knows the domain and DNS: no AWS, no files.',
    rooms: ['core/mail'],
    packages: ['mailauth', 'node:crypto', 'node:dns', 'node:stream', 'node:url', 'zod'],
  },
  'core/mime': {
    why: 'Reading a mail knows the domain and the ports: no AWS, no files, no network.',
    rooms: ['core/mail', 'core/ports', 'core/stream'],
    packages: [
      ...['fast-xml-parser', 'file-type', 'ical.js', 'iconv-lite', 'mailparser', 'yauzl', 'zod'],
      ...['node:buffer', 'node:crypto', 'node:stream', 'node:util', 'node:zlib'],
    ],
  },
  'core/reading': {
    why: 'A supervised reading knows the reader and the ports: no AWS, no files, no network.',
    rooms: ['core/mail', 'core/mime', 'core/ports', 'core/process', 'core/stream'],
    packages: ['node:crypto', 'node:stream', 'node:stream/consumers', 'node:v8', 'node:vm', 'node:worker_threads'],
  },
  'core/payloads': { why: CORE, rooms: ['core/mail', 'core/mime'], packages: ['node:crypto'] },
  'core/outcome': {
    why: 'Outcomes go through the ports: no AWS client.',
    rooms: ['core/log', 'core/mail', 'core/metrics', 'core/ports'],
    packages: ['node:path', 'node:stream', 'node:stream/consumers', 'zod'],
  },
  'core/operations': {
    why: 'What people do to mails, from the command line and from the console, goes through the ports.',
    rooms: ['core/aws', 'core/mail', 'core/mime', 'core/outcome', 'core/ports', 'core/reading'],
    packages: ['node:path', 'node:util'],
  },
  'core/document': {
    why: 'Opening a document in a confined process knows what is asked of the process, and where the packages are that draw.',
    rooms: ['core/mail', 'core/process'],
    packages: [
      ...['@napi-rs/canvas', 'node:child_process', 'node:fs', 'node:module', 'node:path', 'node:stream', 'node:url'],
      ...['pdfjs-dist', 'zod'],
    ],
  },
  'core/settings': {
    why: 'The settings of a program know the domain and what each step of enrichment and each service has to know.',
    rooms: ['core/enrich', 'core/http', 'core/mail'],
    packages: ['zod'],
  },
  'core/config': {
    why: 'The configuration knows the domain and the settings made from it, and no program.',
    rooms: ['core/enrich', 'core/http', 'core/settings', 'core/mail', 'core/outcome'],
    packages: ['esbuild', 'node:crypto', 'node:fs', 'node:net', 'node:path', 'node:url', 'tsx', 'zod', COMPUTED],
  },
  'core/enrich': {
    why: 'Enrichment is planned and put together through the ports: no AWS client.',
    rooms: ['core/http', 'core/mail', 'core/metrics', 'core/mime', 'core/outcome', 'core/ports'],
    packages: ['node:crypto', 'node:timers/promises', 'vader-sentiment', 'zod'],
  },
  'core/aws': {
    why: 'The ports on AWS know no program, no configuration and no CDK.',
    rooms: ['core/settings', 'core/mail', 'core/outcome', 'core/ports', 'core/process'],
    packages: [
      ...['@aws-sdk/client-acm', '@aws-sdk/client-cloudformation', '@aws-sdk/client-comprehend'],
      ...['@aws-sdk/client-eventbridge', '@aws-sdk/client-iam', '@aws-sdk/client-lambda', '@aws-sdk/client-s3'],
      ...['@aws-sdk/client-secrets-manager', '@aws-sdk/client-ses', '@aws-sdk/client-sns', '@aws-sdk/client-sqs'],
      ...['@aws-sdk/checksums', '@aws-sdk/client-textract', '@aws-sdk/s3-request-presigner'],
      ...['@smithy/core', 'zod'],
      ...['node:crypto', 'node:net', 'node:stream', 'node:timers/promises', 'node:tls', 'node:zlib'],
    ],
  },
  'edge-mta': {
    why: RUNTIME,
    rooms: [...PROGRAM, 'core/auth'],
    packages: ['@peculiar/asn1-schema', '@peculiar/asn1-x509', 'node:*', 'smtp-server', 'zod'],
  },
  'lambda/parser': {
    ...LAMBDA,
    rooms: [...LAMBDA.rooms, 'core/auth', 'core/enrich', 'core/mime', 'core/process', 'core/reading'],
    packages: [...LAMBDA.packages, 'zod'],
  },
  'lambda/enricher': {
    ...LAMBDA,
    rooms: [...LAMBDA.rooms, 'core/document', 'core/enrich', 'core/http', 'core/mime', 'core/process'],
    packages: [
      ...LAMBDA.packages,
      ...['@aws-sdk/client-comprehend', '@aws-sdk/client-s3', '@aws-sdk/client-textract'],
      ...['@cantoo/pdf-lib', '@napi-rs/canvas', 'image-size', 'pdfjs-dist'],
      ...['asn1js', 'fast-xml-parser', 'tesseract.js', 'yauzl', 'zod'],
      // For the model of a language.
      COMPUTED,
    ],
  },
  'lambda/dead-letter': { ...LAMBDA, rooms: [...LAMBDA.rooms, 'core/enrich'] },
  'lambda/certificate': LAMBDA,
  'lambda/canary': { ...LAMBDA, rooms: [...LAMBDA.rooms, 'core/smtp'], packages: [...LAMBDA.packages, 'zod'] },
  'lambda/reconciler': LAMBDA,
  // The webhook function consumes its queues.
  'lambda/webhook': { ...LAMBDA, rooms: [...LAMBDA.rooms, 'consumer', 'core/http', 'core/payloads'] },
  consumer: {
    why: 'What others import to take mails off the queue is small, and of core only.',
    rooms: ['core/aws', 'core/mail', 'core/ports'],
    packages: ['node:*'],
  },
  parse: {
    why: 'What others import to read a mail is the reader, and no program.',
    rooms: ['core/mail', 'core/mime', 'core/ports', 'core/reading'],
    packages: ['node:*'],
  },
  schema: { why: 'The schema of a parsed mail is made of the domain alone.', rooms: ['core/mail'], packages: [] },
  cli: {
    why: 'The command line imports core, and local mode, which it starts: never CDK, and no other program.',
    rooms: [
      ...['core/aws', 'core/config', 'core/settings', 'core/log', 'core/mail', 'core/mime', 'core/operations'],
      ...['core/outcome', 'core/ports', 'core/process', 'core/reading', 'core/smtp', 'core/terminal'],
      ...['local', 'local/console', 'local/http', 'parse'],
    ],
    // The package's own manifest, imported by name.
    packages: ['mail-pipeline', 'node:*', 'zod', COMPUTED],
  },
  'local/http': {
    why: 'What every server on this machine needs knows the domain alone.',
    rooms: ['core/mail'],
    packages: ['node:http', 'node:net'],
  },
  'local/console/api': {
    why: 'The API of the console is types, for the server and for the page.',
    rooms: ['core/mail'],
    packages: [],
  },
  'local/console': {
    why: 'The console reads what is stored through the ports, of local mode or of a deployment: it knows no program.',
    rooms: [
      ...['core/build', 'core/document', 'core/enrich', 'core/log', 'core/mail', 'core/operations', 'core/outcome'],
      ...['core/ports', 'core/reading', 'local/console/api', 'local/http'],
    ],
    packages: ['@csstools/css-tokenizer', 'esbuild', 'htmlparser2', 'node-sqlite3-wasm', 'node:*', 'yazl', 'zod'],
  },
  local: {
    why: 'Local mode runs the bundles of the edge and of the functions: it imports core alone.',
    rooms: [
      ...['core/aws', 'core/build', 'core/config', 'core/settings', 'core/http', 'core/log', 'core/mail'],
      ...['core/metrics', 'core/outcome', 'core/ports', 'core/process', 'core/smtp', 'core/terminal'],
      ...['core/reading', 'local/console', 'local/console/api', 'local/http'],
    ],
    packages: ['@aws-sdk/checksums', 'fast-xml-parser', 'node:*', 'zod', COMPUTED],
  },
  rehearsal: {
    why: 'The rehearsal has cdk synthesise and knows the templates and bundles that come of it, never what made them.',
    rooms: [
      ...['core/build', 'core/log', 'core/mail', 'core/process', 'core/smtp', 'core/terminal', 'edge-mta', 'local'],
      ...['local/http'],
    ],
    packages: ['aws-cdk', 'node:*', 'zod'],
  },
  'local/console/app': {
    why: 'What runs in the browser knows the types of the API and of the document, and nothing of Node.',
    rooms: ['core/mail', 'local/console/api'],
    packages: ['preact'],
  },
  lib: {
    why: 'The constructs know the edge and the functions by their path only, and no AWS client.',
    rooms: ['core/build', 'core/config', 'core/settings', 'core/mail', 'core/metrics'],
    packages: ['aws-cdk-lib', 'cdk-nag', 'constructs', 'node:path', 'node:url'],
  },
  bin: {
    why: 'The app puts configuration and stacks together, the build everything that is in the package.',
    rooms: ['core/build', 'core/config', 'core/mail', 'core/process', 'lib', 'local/console'],
    packages: ['aws-cdk-lib', 'eld', 'node:*', COMPUTED],
  },
  examples: { why: 'An example is what a user would write.', rooms: ['consumer'], packages: ['node:*', 'zod'] },
  'examples/cdk-app': {
    why: 'An app of somebody else: it knows the package, not the sources.',
    rooms: [],
    packages: ['@aws-sdk/client-s3', 'aws-cdk-lib', 'mail-pipeline'],
  },
  bench: { why: 'A benchmark may use anything.', rooms: [ANYTHING], packages: [ANYTHING] },
  test: { why: 'A test may use anything.', rooms: [ANYTHING], packages: [ANYTHING] },
  '.': { why: 'Files in the root are configuration.', rooms: ['core/config'], packages: ['node:os', 'vitest'] },
};
