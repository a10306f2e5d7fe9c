import type { PipelineConfig } from '../../core/config/schema.ts';
import type { Account } from '../../core/ports/account.ts';

/** A deployment on AWS. */
export interface Deployed {
  config: PipelineConfig;
  account: Account;
  /** What its stacks put out, all together: `MxTarget`, `AlarmTopicArn`. */
  outputs: Readonly<Record<string, string>>;
}
