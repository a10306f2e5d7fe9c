/** Runs a task soon after it is asked for, once for all that ask meanwhile, and never twice at a time. */
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
      // What fails now is made good with the next mail.
      await this.#task().catch(() => {});
    } while (this.#askedAgain());
    this.#state = 'idle';
  }

  #askedAgain(): boolean {
    return this.#state === 'again';
  }
}
