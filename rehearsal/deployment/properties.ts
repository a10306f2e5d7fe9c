import * as z from 'zod';

/** Properties the rehearsal uses, by resource type. CloudFormation sometimes writes numbers as text. */
const number = z.coerce.number();
const text = z.string();
const policyDocument = z.unknown();
const flag = z.union([z.boolean(), z.stringbool()]);

const notification = z.strictObject({
  Event: z.literal('s3:ObjectCreated:*'),
  Queue: text,
  Filter: z
    .strictObject({
      S3Key: z.strictObject({
        Rules: z.array(z.strictObject({ Name: z.enum(['prefix', 'suffix', 'Prefix', 'Suffix']), Value: text })),
      }),
    })
    .optional(),
});

export const PROPERTIES = {
  'AWS::IAM::Role': z.object({
    AssumeRolePolicyDocument: policyDocument,
    Policies: z.array(z.object({ PolicyName: text, PolicyDocument: policyDocument })).default([]),
    ManagedPolicyArns: z.array(text).default([]),
    PermissionsBoundary: z.undefined({ error: 'the rehearsal does not model permissions boundaries' }).optional(),
  }),
  'AWS::IAM::Policy': z.object({ PolicyDocument: policyDocument, Roles: z.array(text) }),
  'AWS::S3::Bucket': z.object({
    BucketEncryption: z
      .object({
        ServerSideEncryptionConfiguration: z.array(
          z.object({
            ServerSideEncryptionByDefault: z.object({ SSEAlgorithm: text, KMSMasterKeyID: text.optional() }),
          }),
        ),
      })
      .optional(),
    LoggingConfiguration: z.object({ DestinationBucketName: text, LogFilePrefix: text.default('') }).optional(),
    VersioningConfiguration: z.object({ Status: text }).optional(),
    ObjectLockEnabled: flag.default(false),
    NotificationConfiguration: z
      .strictObject({
        QueueConfigurations: z.array(notification).default([]),
        EventBridgeConfiguration: z.object({ EventBridgeEnabled: flag.default(true) }).optional(),
      })
      .default({ QueueConfigurations: [] }),
  }),
  'AWS::S3::BucketPolicy': z.object({ Bucket: text, PolicyDocument: policyDocument }),
  'AWS::SQS::Queue': z.object({
    QueueName: text.optional(),
    DelaySeconds: number.optional(),
    MaximumMessageSize: number.optional(),
    MessageRetentionPeriod: number.optional(),
    ReceiveMessageWaitTimeSeconds: number.optional(),
    VisibilityTimeout: number.default(30),
    RedrivePolicy: z.object({ deadLetterTargetArn: text, maxReceiveCount: number }).optional(),
    RedriveAllowPolicy: z.object({ redrivePermission: text, sourceQueueArns: z.array(text).default([]) }).optional(),
    KmsMasterKeyId: text.optional(),
    FifoQueue: flag.optional(),
  }),
  'AWS::SQS::QueuePolicy': z.object({ Queues: z.array(text), PolicyDocument: policyDocument }),
  'AWS::KMS::Key': z.object({ KeyPolicy: policyDocument }),
  'AWS::SNS::Topic': z.object({}),
  'AWS::SNS::TopicPolicy': z.object({ Topics: z.array(text), PolicyDocument: policyDocument }),
  'AWS::SNS::Subscription': z.object({
    TopicArn: text,
    Protocol: text,
    Endpoint: text,
    RawMessageDelivery: flag.default(false),
  }),
  'AWS::Lambda::Function': z.object({
    Handler: text.optional(),
    Role: text,
    Timeout: number.default(3),
    MemorySize: number.default(128),
    Environment: z.object({ Variables: z.record(text, z.coerce.string()) }).default({ Variables: {} }),
    Code: z.object({ S3Key: text.optional() }),
    TracingConfig: z.object({ Mode: text }).optional(),
    LoggingConfig: z.object({ LogGroup: text.optional() }).optional(),
  }),
  'AWS::Lambda::EventSourceMapping': z.object({
    EventSourceArn: text,
    FunctionName: text,
    BatchSize: number.default(10),
    FunctionResponseTypes: z.array(text).default([]),
    FilterCriteria: z.undefined({ error: 'the rehearsal does not model filters' }).optional(),
  }),
  'AWS::Lambda::Permission': z.object({
    Action: text,
    FunctionName: text,
    Principal: text,
    SourceArn: text.optional(),
    SourceAccount: text.optional(),
  }),
  'AWS::Events::Rule': z.object({
    EventPattern: z.record(text, z.unknown()).optional(),
    ScheduleExpression: text.optional(),
    Targets: z
      .array(z.object({ Arn: text, RoleArn: text.optional(), DeadLetterConfig: z.object({ Arn: text }).optional() }))
      .default([]),
  }),
  'AWS::ECS::TaskDefinition': z.object({
    TaskRoleArn: text,
    ExecutionRoleArn: text,
    ContainerDefinitions: z.tuple([
      z.object({
        Name: text,
        Image: text,
        Environment: z.array(z.object({ Name: text, Value: z.coerce.string() })).default([]),
        Secrets: z.undefined({ error: 'the rehearsal does not model secrets in a task definition' }).optional(),
        LogConfiguration: z.object({ LogDriver: z.literal('awslogs'), Options: z.record(text, text) }),
      }),
    ]),
  }),
  'AWS::CloudWatch::Alarm': z.object({ AlarmActions: z.array(text).default([]) }),
  'AWS::Logs::LogGroup': z.object({}),
  'AWS::EC2::FlowLog': z.object({
    DeliverLogsPermissionArn: text.optional(),
    LogGroupName: text.optional(),
  }),
  'AWS::GuardDuty::MalwareProtectionPlan': z.object({
    Role: text,
    ProtectedResource: z.object({
      S3Bucket: z.object({ BucketName: text, ObjectPrefixes: z.array(text).default([]) }),
    }),
  }),
  'AWS::SES::ReceiptRule': z.object({
    RuleSetName: text,
    Rule: z.object({
      Name: text,
      Recipients: z.array(text).default([]),
      Actions: z.array(z.object({ S3Action: z.object({ BucketName: text, ObjectKeyPrefix: text.default('') }) })),
    }),
  }),
  'AWS::SecretsManager::Secret': z.object({
    GenerateSecretString: z
      .object({ SecretStringTemplate: text.optional(), GenerateStringKey: text.optional() })
      .optional(),
  }),
} as const;

export type ModelledType = keyof typeof PROPERTIES;
