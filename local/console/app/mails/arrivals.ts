/** Runs a task shortly after it is requested, once for all requests in the meantime, and never concurrently. */
export class Arrivals {
  readonly #task: () => Promise<void>;
  #state: 'idle' | 'running' | 'again' = 'idle';

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  notice(): void {
    if (this.#state !== 'idle') {
      this.#state = 'again';
      return;
    }
    this.#run();
  }

  async #run(): Promise<void> {
    do {
      this.#state = 'running';
      // The next mail makes up for a failure.
      await this.#task().catch(() => {});
    } while (this.#askedAgain());
    this.#state = 'idle';
  }

  #askedAgain(): boolean {
    return this.#state === 'again';
  }
}
