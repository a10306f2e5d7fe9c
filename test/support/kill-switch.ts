import { AwsProxy } from './aws-proxy.ts';

/** Before the service receives a request; after it has answered, unread; or when the answer is read. */
export type KillPoint = 'before' | 'after' | 'at the answer of';

/** What a program did since the switch was armed. */
export interface Armed {
  /** Whether it was killed. */
  killed: boolean;
  /** Names of its requests, in their order. */
  requests: readonly string[];
}

/** Stands between a program and S3 and SQS, and kills the program at one of its requests. */
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

  /** The next requests are counted from 0 again; the program is killed at that one. */
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
