/** SQS allows 10 a message. A number is sent as one and received as text. */
export type MessageAttributes = Readonly<Record<string, string>>;
export type OutgoingAttributes = Readonly<Record<string, string | number>>;

export interface OutgoingMessage {
  body: string;
  attributes?: OutgoingAttributes;
  /** Seconds before it can be received, 0 to 900 (AWS quota). */
  delaySeconds?: number;
}

export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: MessageAttributes;
  /** How often it was received, this time included. */
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
  /** Any number of messages, sent in batches of up to 10 and 1 MiB. Returns those that were refused, with the reason. */
  sendAll(messages: readonly OutgoingMessage[]): Promise<{ message: OutgoingMessage; reason: string }[]>;
  /** Empty when nothing came within the wait or the signal aborted. */
  receive(options?: ReceiveOptions): Promise<ReceivedMessage[]>;
  delete(receiptHandle: string): Promise<void>;
  /** 0 makes it receivable at once. */
  changeVisibility(receiptHandle: string, seconds: number): Promise<void>;
  /** Approximate on AWS. */
  depth(): Promise<QueueDepth>;
}
