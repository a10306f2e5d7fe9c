/** Admits reads concurrently, or one of them alone: that one waits for those inside, and later ones wait for it. */
export class ReadingRoom {
  #inside = 0;
  #alone: Promise<void> | null = null;
  #onLeave: () => void = () => {};

  /** Whether several reads are in progress. */
  get crowded(): boolean {
    return this.#inside > 1;
  }

  async enter(): Promise<void> {
    while (this.#alone !== null) await this.#alone;
    this.#inside += 1;
  }

  async enterAlone(): Promise<void> {
    while (this.#alone !== null) await this.#alone;
    let left = () => {};
    this.#alone = new Promise((resolve) => {
      left = resolve;
    });
    while (this.#inside > 0) {
      await new Promise<void>((resolve) => {
        this.#onLeave = resolve;
      });
    }
    this.#inside = 1;
    this.#onLeave = () => {
      this.#alone = null;
      left();
    };
  }

  leave(): void {
    this.#inside -= 1;
    const onLeave = this.#onLeave;
    this.#onLeave = () => {};
    onLeave();
  }
}
