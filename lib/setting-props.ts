import type { PipelineConfigInput } from '../core/config/schema.ts';

/*
 * Generated from the schema by `npm run docs`, so that an editor shows what each prop is; a test fails when the two
 * differ.
 */

/** Settings of `pipeline.config.ts` as props of a construct. */
export interface SettingProps {
  /**
   * Defaults to start from; a setting that you write yourself wins. "frugal" saves about $12 a month and gives up the second availability zone, memory for bursts, and early alarms: docs/costs.md has each line. Default "standard".
   *
   * @default "standard"
   */
  readonly profile?: PipelineConfigInput['profile'];

  /**
   * How mail comes in: through the SMTP edge on Fargate, through Amazon SES, or both. SES is cheaper below about half a million mails a month. Default "fargate".
   *
   * @default "fargate"
   */
  readonly ingress?: PipelineConfigInput['ingress'];

  /**
   * Runtime of the functions. Default "nodejs20.x", which AWS blocks for new functions from 2027-02-01.
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
   * The Fargate service that runs the edge. Used with ingress "fargate" and "both".
   *
   * @default - docs/configuration.md, "fargate"
   */
  readonly fargate?: PipelineConfigInput['fargate'];

  /**
   * Certificates for STARTTLS.
   *
   * @default - docs/configuration.md, "tls"
   */
  readonly tls?: PipelineConfigInput['tls'];

  /**
   * Serves an MTA-STS policy for every domain, through CloudFront. Needs a publicly trusted certificate for fargate.hostname, or ingress "ses". Default none.
   *
   * @default null
   */
  readonly mtaSts?: PipelineConfigInput['mtaSts'];

  /**
   * Route 53 hosted zones of this account, each zone name with its id, such as { "example.com": "Z0123456789ABCDEFGHIJ" }. Certificates are then validated there automatically. Default none.
   *
   * @default - docs/configuration.md, "hostedZones"
   */
  readonly hostedZones?: PipelineConfigInput['hostedZones'];

  /**
   * Receiving through Amazon SES. Used with ingress "ses" and "both".
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
   * Rules that send mails to queues of their own. A mail goes once to every route whose conditions it meets; a mail that matches no route, or has a recipient that matches none, goes to the parsed-mail queue. Default none.
   *
   * @default - docs/configuration.md, "routes"
   */
  readonly routes?: PipelineConfigInput['routes'];

  /**
   * Posts the mails of the parsed-mail queue to a URL, so that you need no consumer. Default none.
   *
   * @default null
   */
  readonly webhook?: PipelineConfigInput['webhook'];

  /**
   * What the pipeline finds out about a mail beyond what it says.
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
   * Keys that encrypt buckets and queues: those of S3 and SQS, or two KMS keys of your own ($1 a month each, plus requests). Default "aws-managed".
   *
   * @default "aws-managed"
   */
  readonly encryption?: PipelineConfigInput['encryption'];

  /**
   * Sends a test mail through the edge on a schedule, over a second port of the load balancer, and raises an alarm when none reaches its own queue, parsed-mail-canary (docs/doctor.md). Needs the edge. Default none.
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
