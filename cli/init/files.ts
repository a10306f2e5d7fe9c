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

// The stacks of the pipeline, one for each part. Add stacks of your own below, or use the construct MailPipeline in one.
const app = new App();
addPipeline(app, config);
`;

function configuration(answers: Answers): string {
  const { domains, ingress, runtime, region } = answers;
  const lines = [
    ...(domains === null
      ? [
          '// The domains to receive mail for. Nothing is deployed without them; until then local mode accepts every recipient.',
          "// domains: ['example.com'],",
        ]
      : [`domains: [${domains.map(quoted).join(', ')}],`]),
    ...(region === null ? ['// AWS region. Without it, that of your credentials.', "// region: 'eu-west-1',"] : []),
    ...(region === null ? [] : [`region: ${quoted(region)},`]),
    ...(ingress === 'fargate' ? [] : [`ingress: ${quoted(ingress)},`]),
    ...datesOf(runtime),
    `runtime: ${quoted(runtime)},`,
    ...(lacksTextract(region)
      ? [
          `// ${region} has no Amazon Textract, which reads scanned documents.`,
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

/** What AWS has announced for the default of the setting, and for the runtime that was chosen. */
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

/** Values that the schema allows have neither quotes nor backslashes. */
const quoted = (text: string): string => `'${text}'`;
