import { parseConfig } from '../../core/config/define-config.ts';
import { AWS_REGIONS, TEXTRACT_REGIONS } from '../../core/config/regions.ts';
import { configSchema } from '../../core/config/schema.ts';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { type Options, UsageError } from '../../core/terminal/arguments.ts';
import type { Output } from '../../core/terminal/output.ts';
import type { Ask } from '../ask.ts';

export const INGRESSES = configSchema.shape.ingress.unwrap().options;
export const RUNTIMES = configSchema.shape.runtime.unwrap().options;

/** Runtime of a new deployment. The configuration's own default stays at what older deployments use. */
const NEW_RUNTIME = 'nodejs24.x';

export const initOptions = {
  domain: { type: 'string', value: 'NAME', about: 'a domain to receive mail for; may be repeated', multiple: true },
  ingress: {
    type: 'string',
    value: 'KIND',
    about: `how mail is received: ${INGRESSES.join(', ')}. Default fargate; SES is cheaper below half a million mails a month`,
    choices: INGRESSES,
  },
  runtime: {
    type: 'string',
    value: 'NAME',
    about: `runtime of the functions: ${RUNTIMES.join(', ')}. Default ${NEW_RUNTIME}`,
    choices: RUNTIMES,
  },
  region: { type: 'string', value: 'REGION', about: 'AWS region. Default: that of your credentials' },
  yes: { type: 'boolean', about: 'ask no questions: use the default of every option not given' },
} as const satisfies Options;

export interface Flags {
  domain?: string[] | undefined;
  ingress?: string | undefined;
  runtime?: string | undefined;
  region?: string | undefined;
  yes?: boolean | undefined;
}

/** The values of a new configuration; null keeps the default. */
export interface Answers {
  domains: string[] | null;
  ingress: string;
  runtime: string;
  region: string | null;
}

/**
 * The flags, completed by asking for the rest.
 *
 * @param ask null without a terminal
 * @throws UsageError naming the flags, or the invalid value
 */
export async function answersOf(flags: Flags, ask: Ask | null, err: Output): Promise<Answers> {
  const given: Answers = {
    domains: flags.domain ?? null,
    ingress: flags.ingress ?? 'fargate',
    runtime: flags.runtime ?? NEW_RUNTIME,
    region: flags.region ?? null,
  };
  check(given);
  if (flags.yes === true) return given;
  if (ask === null) {
    if (given.domains !== null) return given;
    throw new UsageError(
      'cannot ask questions without a terminal: give --domain NAME (and --ingress, --runtime, --region), or --yes for the defaults',
    );
  }
  const asked = async <T extends keyof Answers>(field: T, question: string, read: (line: string) => Answers[T]) => {
    for (;;) {
      const line = (await ask(question)).trim();
      if (line === '') return;
      try {
        check({ ...given, [field]: read(line) });
        given[field] = read(line);
        return;
      } catch (error) {
        await err.write(`${errorText(error)}\n`);
      }
    }
  };
  if (flags.domain === undefined) {
    await asked('domains', 'Domains to receive mail for, such as example.com (none): ', (line) => line.split(/[\s,]+/));
  }
  if (flags.region === undefined) await asked('region', 'AWS region (that of your credentials): ', (line) => line);
  if (flags.ingress === undefined) {
    await asked('ingress', `How mail is received, ${INGRESSES.join(', ')} (${given.ingress}): `, (line) => line);
  }
  if (flags.runtime === undefined) {
    await asked('runtime', `Runtime of the functions, ${RUNTIMES.join(', ')} (${given.runtime}): `, (line) => line);
  }
  return given;
}

/** @throws UsageError naming the setting, its value and the remedy */
function check(answers: Answers): void {
  try {
    parseConfig(settingsOf(answers), 'configuration');
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new UsageError(errorText(error).replace(/^configuration:\s+/, ''));
  }
}

/** The settings to write into the configuration. */
export const settingsOf = ({ domains, ingress, runtime, region }: Answers) => ({
  ...(domains === null ? {} : { domains }),
  ...(region === null ? {} : { region }),
  ...(ingress === 'fargate' ? {} : { ingress }),
  runtime,
  ...(lacksTextract(region) ? { enrichment: { ocr: { enabled: false } } } : {}),
});

/** Textract is the default OCR provider. */
export const lacksTextract = (region: string | null): boolean =>
  region !== null && AWS_REGIONS.includes(region) && !TEXTRACT_REGIONS.includes(region);
