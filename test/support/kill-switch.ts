import { AwsProxy } from './aws-proxy.ts';

/**
 * Before the service receives a request, after it has answered but before the program reads the answer, or as the
 * program reads it.
 */
export type KillPoint = 'before' | 'after' | 'at the answer of';

/** What a program did while the switch was armed. */
export interface Armed {
  /** Whether it was killed. */
  killed: boolean;
  /** Names of its requests, in order. */
  requests: readonly string[];
}

/** A proxy between a program and S3 and SQS that kills the program at one of its requests. */
export class KillSwitch {
  readonly proxy: AwsProxy;
  #seen: string[] = [];
  #at: { request: number; point: KillPoint } | null = null;

  /** @param kill ends the program with SIGKILL */
  constructor(kill: () => void) {
    this.proxy = new AwsProxy(
      ({ name }) => {
        const number = this.#seen.push(name) - 1;
        if (this.#at?.request !== number) return null;
        return this.#at.point === 'at the answer of' ? 'answer and cut' : `cut ${this.#at.point}`;
      },
      () => {
        this.#at = null;
        kill();
      },
    );
  }

  /** Counts requests from 0 again, and kills the program at this one. */
  arm(request: number, point: KillPoint): void {
    this.#seen = [];
    this.#at = { request, point };
  }

  disarm(): Armed {
    const killed = this.#at === null;
    this.#at = null;
    return { killed, requests: [...this.#seen] };
  }
}
