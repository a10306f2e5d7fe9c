import type { PipelineConfigInput } from '../core/config/schema.ts';

/*
 * Generated from the schema by `npm run docs`, so that an editor shows what each prop is; a test fails when the two
 * differ.
 */

/** Settings of `pipeline.config.ts` as props of a construct. */
export interface SettingProps {
  /**
   * Door that mail comes through: the SMTP edge on Fargate, Amazon SES, or both. SES is cheaper below about half a million mails a month. Default "fargate".
   *
   * @default "fargate"
   */
  readonly ingress?: PipelineConfigInput['ingress'];

  /**
   * Runtime of the functions. Default "nodejs20.x"; AWS lets no new function use it from 2027-02-01.
   *
   * @default "nodejs20.x"
   */
  readonly runtime?: PipelineConfigInput['runtime'];

  /**
   * The SMTP edge.
   *
   * @default - docs/configuration.md, "smtp"
   */
  readonly smtp?: PipelineConfigInput['smtp'];

  /**
   * The Fargate service that runs the edge. Read with ingress "fargate" and "both".
   *
   * @default - docs/configuration.md, "fargate"
   */
  readonly fargate?: PipelineConfigInput['fargate'];

  /**
   * Certificates of STARTTLS.
   *
   * @default - docs/configuration.md, "tls"
   */
  readonly tls?: PipelineConfigInput['tls'];

  /**
   * Serves an MTA-STS policy for every domain, by CloudFront. Needs a certificate for fargate.hostname that others trust, or ingress "ses". Default none.
   *
   * @default null
   */
  readonly mtaSts?: PipelineConfigInput['mtaSts'];

  /**
   * Route 53 hosted zones of this account: the id of each by the name of its zone, such as { "example.com": "Z0123456789ABCDEFGHIJ" }. Certificates are proven there without you. Default none.
   *
   * @default - docs/configuration.md, "hostedZones"
   */
  readonly hostedZones?: PipelineConfigInput['hostedZones'];

  /**
   * Receiving through Amazon SES. Read with ingress "ses" and "both".
   *
   * @default - docs/configuration.md, "ses"
   */
  readonly ses?: PipelineConfigInput['ses'];

  /**
   * The parser function.
   *
   * @default - docs/configuration.md, "parser"
   */
  readonly parser?: PipelineConfigInput['parser'];

  /**
   * The parsed-mail queue.
   *
   * @default - docs/configuration.md, "queue"
   */
  readonly queue?: PipelineConfigInput['queue'];

  /**
   * Rules that give mails a queue of their own. A mail goes to every route whose conditions it fits, once each; a mail that fits none, or has a recipient in none, goes to the parsed-mail queue. Default none.
   *
   * @default - docs/configuration.md, "routes"
   */
  readonly routes?: PipelineConfigInput['routes'];

  /**
   * Posts the mails of the parsed-mail queue to a URL, so that nobody else has to consume it. Default none.
   *
   * @default null
   */
  readonly webhook?: PipelineConfigInput['webhook'];

  /**
   * What is found out about a mail beside what it says.
   *
   * @default - docs/configuration.md, "enrichment"
   */
  readonly enrichment?: PipelineConfigInput['enrichment'];

  /**
   * The buckets.
   *
   * @default - docs/configuration.md, "storage"
   */
  readonly storage?: PipelineConfigInput['storage'];

  /**
   * Keys that buckets and queues are encrypted with: those of S3 and SQS, or two KMS keys of your own ($1 a month each, and requests). Default "aws-managed".
   *
   * @default "aws-managed"
   */
  readonly encryption?: PipelineConfigInput['encryption'];

  /**
   * Sends a mail through the edge on a schedule, by a second port of the balancer, and raises an alarm when none comes out (docs/doctor.md). Its mails have a queue of their own, parsed-mail-canary. Needs the edge. Default none.
   *
   * @default null
   */
  readonly canary?: PipelineConfigInput['canary'];

  /**
   * Alarms, each explained in docs/runbook.md.
   *
   * @default - docs/configuration.md, "alarms"
   */
  readonly alarms?: PipelineConfigInput['alarms'];

  /**
   * Logs in CloudWatch.
   *
   * @default - docs/configuration.md, "logs"
   */
  readonly logs?: PipelineConfigInput['logs'];

  /**
   * Traces the functions with X-Ray. Default false.
   *
   * @default false
   */
  readonly tracing?: PipelineConfigInput['tracing'];

  /**
   * What "cdk destroy" does with stored mail: "keep" the buckets and the keys they need, or "remove" everything. Default "keep".
   *
   * @default "keep"
   */
  readonly teardown?: PipelineConfigInput['teardown'];
}
