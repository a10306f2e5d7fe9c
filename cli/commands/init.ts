import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { REPOSITORY } from '../../core/mail/schema-url.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Command } from '../command.ts';
import { answersOf, initOptions } from '../init/answers.ts';
import { FILES, filesOf } from '../init/files.ts';
import { install } from '../init/install.ts';
import { completedManifest } from '../init/manifest.ts';
import { refuseExisting, writeFiles } from '../init/write-files.ts';

const SCRIPTS = {
  start: 'mail-pipeline start',
  synth: 'cdk synth --quiet -c placeholder-domain=example.com',
  deploy: 'cdk deploy --all',
};
/** Packages a CDK app needs. mail-pipeline does not depend on them, because a consumer needs none. */
const PACKAGES = ['aws-cdk', 'aws-cdk-lib', 'constructs', 'tsx'];

export const init: Command = {
  summary: 'create the configuration and CDK app of a new deployment',
  usage: {
    synopsis: ['init [--domain NAME]… [--ingress KIND] [--runtime NAME] [--region REGION] [--yes]'],
    about: [
      'Writes pipeline.config.ts, app.ts and cdk.json into this folder, adds scripts and the packages of a CDK app to package.json, and installs them with npm. On a terminal it asks for every setting without an option; Ctrl-C before the last answer leaves the folder unchanged. It never overwrites a file.',
    ],
    options: initOptions,
    examples: [
      'mail-pipeline init',
      'mail-pipeline init --domain example.com --domain example.org --region eu-west-1 --yes',
    ],
  },
  async run(args, { ask, out, err, signal, ifInterrupted }) {
    const { values, positionals } = parse(args, initOptions);
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": init takes options only`);
    // Before the first question.
    refuseExisting(FILES);
    const manifest = await completedManifest({ scripts: SCRIPTS, devDependencies: await packageVersions() });
    const { context } = cdkSettings.parse(await packageFile(new URL('../../cdk.json', import.meta.url)));
    const answers = await answersOf(values, ask, err);
    signal.throwIfAborted();
    await writeFiles(filesOf(answers, context), manifest.text);
    await out.write(`wrote ${FILES.join(', ')}; added the scripts and packages of the CDK app to package.json\n`);
    ifInterrupted(() => 'interrupted; the files are written: run "npm install" again');
    const installed = manifest.added.length === 0 || (await install(signal));
    await out.write(nextSteps(installed, answers.domains !== null));
    return 0;
  },
};

const nextSteps = (installed: boolean, named: boolean): string =>
  [
    'Next:',
    ...(installed ? [] : ['  npm install              installs the packages of the CDK app (or your package manager)']),
    '  npx mail-pipeline start  runs the pipeline on this machine',
    ...(named ? [] : ['  pipeline.config.ts       name your domains before you deploy']),
    '  npx cdk synth            writes the templates into cdk.out',
    '  npx cdk bootstrap        prepares the account and region, once',
    '  npx cdk deploy --all     deploys',
    `Every step: ${REPOSITORY}/blob/main/docs/deploy.md`,
  ]
    .map((line) => `${line}\n`)
    .join('');

const cdkSettings = z.object({ context: z.record(z.string(), z.unknown()) });
const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

const packageFile = async (url: URL): Promise<unknown> => JSON.parse(await readFile(url, 'utf8'));

/** The versions this release is tested with. */
async function packageVersions(): Promise<Record<string, string>> {
  const url = new URL(import.meta.resolve('mail-pipeline/package.json'));
  const { dependencies, devDependencies } = manifestSchema.parse(await packageFile(url));
  const tested = { ...dependencies, ...devDependencies };
  return Object.fromEntries(PACKAGES.map((name) => [name, tested[name] ?? '*']));
}
