export const REGIONS = ['us-east-1', 'eu-central-1'] as const;
export type Region = (typeof REGIONS)[number];

/** A list price in US dollars, before tax, free tiers and volume discounts. */
interface Price extends Record<Region, number> {
  unit: string;
  /** Page of AWS that publishes it. */
  source: string;
}

/** The month of the figures; AWS changes prices a few times a year. */
export const PRICES_OF = 'November 2026';

const S3 = 'https://aws.amazon.com/s3/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const FARGATE = 'https://aws.amazon.com/fargate/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const NLB = 'https://aws.amazon.com/elasticloadbalancing/pricing/';

export const PRICES = {
  balancerHour: { unit: 'hour of a Network Load Balancer', 'us-east-1': 0.0225, 'eu-central-1': 0.027, source: NLB },
  balancerCapacity: { unit: 'NLCU hour', 'us-east-1': 0.006, 'eu-central-1': 0.006, source: NLB },
  publicAddressHour: {
    unit: 'hour of a public IPv4 address',
    'us-east-1': 0.005,
    'eu-central-1': 0.005,
    source: 'https://aws.amazon.com/vpc/pricing/',
  },
  fargateCpuHour: { unit: 'vCPU hour, Linux on ARM', 'us-east-1': 0.03238, 'eu-central-1': 0.03725, source: FARGATE },
  fargateMemoryHour: { unit: 'GB hour, Linux on ARM', 'us-east-1': 0.00356, 'eu-central-1': 0.00409, source: FARGATE },
  s3Write: { unit: '1,000 PUT, COPY, POST or LIST', 'us-east-1': 0.005, 'eu-central-1': 0.0054, source: S3 },
  s3Read: { unit: '1,000 GET or HEAD', 'us-east-1': 0.0004, 'eu-central-1': 0.00043, source: S3 },
  s3Storage: { unit: 'GB month, Standard', 'us-east-1': 0.023, 'eu-central-1': 0.0245, source: S3 },
  sqsRequest: {
    unit: '1,000,000 requests to a standard queue',
    'us-east-1': 0.4,
    'eu-central-1': 0.4,
    source: 'https://aws.amazon.com/sqs/pricing/',
  },
  lambdaRequest: { unit: '1,000,000 invocations', 'us-east-1': 0.2, 'eu-central-1': 0.2, source: LAMBDA },
  lambdaCompute: { unit: 'GB second on ARM', 'us-east-1': 0.0000133334, 'eu-central-1': 0.0000133334, source: LAMBDA },
  logs: { unit: 'GB of logs taken in', 'us-east-1': 0.5, 'eu-central-1': 0.63, source: CLOUDWATCH },
  metric: { unit: 'month of a custom metric', 'us-east-1': 0.3, 'eu-central-1': 0.3, source: CLOUDWATCH },
  alarm: { unit: 'month of a metric in an alarm', 'us-east-1': 0.1, 'eu-central-1': 0.1, source: CLOUDWATCH },
  transferOut: {
    unit: 'GB to the internet',
    'us-east-1': 0.09,
    'eu-central-1': 0.09,
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
