import type { PipelineConfig } from '../../core/config/schema.ts';
import type { Account } from '../../core/ports/account.ts';

/** A deployment on AWS. */
export interface Deployed {
  config: PipelineConfig;
  account: Account;
  /** Outputs of all its stacks, such as `MxTarget` and `AlarmTopicArn`. */
  outputs: Readonly<Record<string, string>>;
}
