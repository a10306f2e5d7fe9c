/** State of a CloudFormation stack. */
export interface StackState {
  /** Such as `UPDATE_COMPLETE`. */
  status: string;
  outputs: Readonly<Record<string, string>>;
}

/** A recipient of alarms. */
export interface Subscription {
  protocol: string;
  /** A mail address, an ARN or a URL. */
  endpoint: string;
  confirmed: boolean;
}

export interface ReceiptRules {
  name: string;
  /** Names of the rules that are enabled. */
  enabled: readonly string[];
}

/** An action on a resource. */
export interface Access {
  action: string;
  resource: string;
}

/** What an AWS account reports about a deployment in one region. Every method throws TransientError or AccessError. */
export interface Account {
  region(): Promise<string>;
  /** @param region default that of the account; null when there is no stack of that name */
  stack(name: string, region?: string): Promise<StackState | null>;
  /** At most 1,000. */
  subscriptions(topicArn: string): Promise<Subscription[]>;
  /** Maximum concurrent executions of functions (Lambda quota). */
  concurrency(): Promise<number>;
  /** The active receipt rule set of SES; null when none is. */
  activeReceiptRules(): Promise<ReceiptRules | null>;
  /** What IAM's policy simulator denies to a role or user. It considers identity policies, not resource policies. */
  denied(principalArn: string, accesses: readonly Access[]): Promise<Access[]>;
}
