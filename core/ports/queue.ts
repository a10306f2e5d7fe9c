/** SQS allows 10 per message. A number is sent as a number and received as text. */
export type MessageAttributes = Readonly<Record<string, string>>;
export type OutgoingAttributes = Readonly<Record<string, string | number>>;

export interface OutgoingMessage {
  body: string;
  attributes?: OutgoingAttributes;
  /** Seconds before it becomes visible, 0 to 900 (AWS quota). */
  delaySeconds?: number;
}

export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: MessageAttributes;
  /** Number of times it was received, including this one. */
  receiveCount: number;
  sentAt: Date;
}

export interface ReceiveOptions {
  /** 1 to 10 (AWS quota). Default 10. */
  max?: number;
  /** Long poll, 0 to 20 seconds (AWS quota). Default 20. */
  waitSeconds?: number;
  /** 0 to 43,200 seconds (AWS quota); the queue's own setting when absent. */
  visibilitySeconds?: number;
  signal?: AbortSignal;
}

export interface QueueDepth {
  visible: number;
  inFlight: number;
  delayed: number;
}

/**
 * One SQS standard queue: at least once, any order. Rejects with TransientError or PermanentError like ObjectStore.
 * The conformance suite is `test/conformance/queue.ts`.
 */
export interface Queue {
  send(message: OutgoingMessage): Promise<{ messageId: string }>;
  /** Sends any number of messages, in batches of up to 10 and 1 MiB. Returns the refused ones with the reason. */
  sendAll(messages: readonly OutgoingMessage[]): Promise<{ message: OutgoingMessage; reason: string }[]>;
  /** Empty when nothing arrived within the wait, or the signal aborted. */
  receive(options?: ReceiveOptions): Promise<ReceivedMessage[]>;
  delete(receiptHandle: string): Promise<void>;
  /** 0 makes it visible at once. */
  changeVisibility(receiptHandle: string, seconds: number): Promise<void>;
  /** Approximate on AWS. */
  depth(): Promise<QueueDepth>;
}
