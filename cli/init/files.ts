import { NODEJS_20_CLOSES, runtimeNotice } from '../../core/config/runtimes.ts';
import { REPOSITORY } from '../../core/mail/schema-url.ts';
import { type Answers, lacksTextract, RUNTIMES } from './answers.ts';

/** The files of a new deployment. */
export const FILES = ['pipeline.config.ts', 'app.ts', 'cdk.json'] as const;

/** @param context feature flags of CDK */
export const filesOf = (answers: Answers, context: object): Readonly<Record<(typeof FILES)[number], string>> => ({
  'pipeline.config.ts': configuration(answers),
  'app.ts': APP,
  'cdk.json': `${JSON.stringify({ app: 'node --import tsx app.ts', output: 'cdk.out', context }, null, 2)}\n`,
});

const APP = `import { App } from 'aws-cdk-lib';
import { addPipeline } from 'mail-pipeline';
import config from './pipeline.config.js';

// Adds one stack for each part of the pipeline. Add your own stacks below, or use the construct MailPipeline in one of
// them.
const app = new App();
addPipeline(app, config);
`;

function configuration(answers: Answers): string {
  const { domains, ingress, runtime, region } = answers;
  const lines = [
    ...(domains === null
      ? [
          '// The domains to receive mail for. You cannot deploy without them; local mode accepts every recipient until they are set.',
          "// domains: ['example.com'],",
        ]
      : [`domains: [${domains.map(quoted).join(', ')}],`]),
    ...(region === null ? ['// AWS region. Default: the region of your credentials.', "// region: 'eu-west-1',"] : []),
    ...(region === null ? [] : [`region: ${quoted(region)},`]),
    ...(ingress === 'fargate' ? [] : [`ingress: ${quoted(ingress)},`]),
    ...datesOf(runtime),
    `runtime: ${quoted(runtime)},`,
    ...(lacksTextract(region)
      ? [
          `// Amazon Textract, which reads scanned documents, is not available in ${region}.`,
          'enrichment: { ocr: { enabled: false } },',
        ]
      : []),
  ];
  return `import { defineConfig } from 'mail-pipeline/config';

// Every setting, its unit and its default: ${REPOSITORY}/blob/main/docs/configuration.md
export default defineConfig({
${lines.map((line) => `  ${line}`).join('\n')}
});
`;
}

/** The dates AWS has announced for the default runtime and for the chosen one. */
function datesOf(runtime: string): string[] {
  const known = RUNTIMES.find((name) => name === runtime) ?? 'nodejs20.x';
  if (known !== 'nodejs20.x') {
    const { create, update } = NODEJS_20_CLOSES;
    const ending = runtimeNotice(known);
    return [
      `// Without it: nodejs20.x, which AWS closes to new functions on ${create} and to updates on ${update}.`,
      ...(ending === null ? [] : [`// ${ending}`]),
    ];
  }
  return [`// ${runtimeNotice(known)}`];
}

/** Safe without escaping: the schema allows neither quotes nor backslashes in these values. */
const quoted = (text: string): string => `'${text}'`;
