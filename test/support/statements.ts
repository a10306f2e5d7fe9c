import { expect } from 'vitest';

/* Statements of the policies of a deployment, flattened, as the tests of roles expect them. */

export const RAW = 'arn:<AWS::Partition>:s3:::mail-pipeline-prod-raw-<AWS::AccountId>-<AWS::Region>';
export const CONTENT = 'arn:<AWS::Partition>:s3:::mail-pipeline-prod-content-<AWS::AccountId>-<AWS::Region>';
export const QUEUE = 'arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:mail-pipeline-prod';

export const under = (...prefixes: string[]) => prefixes.map((prefix) => `${CONTENT}/${prefix}/*`);

export const allow = (Sid: string, Action: string | string[], Resource: unknown) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});
export const writeLog = (id: string) =>
  allow(
    'WriteLog',
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    expect.stringMatching(new RegExp(`^<${id}Logs\\w+\\.Arn>$`)),
  );
