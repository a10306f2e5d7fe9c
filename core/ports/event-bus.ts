/** An event in the terms of EventBridge. */
export interface BusEvent {
  source: string;
  detailType: string;
  detail: object;
}

/** One EventBridge bus: at least once, any order. Rejects with TransientError or PermanentError like ObjectStore. */
export interface EventBus {
  put(event: BusEvent): Promise<void>;
}
