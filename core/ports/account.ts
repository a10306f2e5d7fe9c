/** What a stack of CloudFormation says of itself. */
export interface StackState {
  /** Such as `UPDATE_COMPLETE`. */
  status: string;
  outputs: Readonly<Record<string, string>>;
}

/** Somebody who is told of alarms. */
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

/** What an AWS account tells of a deployment in one region. Every method throws TransientError or AccessError. */
export interface Account {
  region(): Promise<string>;
  /** @param region default that of the account; null when there is no stack of that name */
  stack(name: string, region?: string): Promise<StackState | null>;
  /** Up to 1,000 of them. */
  subscriptions(topicArn: string): Promise<Subscription[]>;
  /** Functions that may run at the same time (Lambda quota). */
  concurrency(): Promise<number>;
  /** The active receipt rule set of SES; null when none is. */
  activeReceiptRules(): Promise<ReceiptRules | null>;
  /** What IAM's policy simulator denies to a role or user. It looks at policies of identities, not of resources. */
  denied(principalArn: string, wanted: readonly Access[]): Promise<Access[]>;
}
