/** Future events: a binary heap by time in typed arrays, because a burst has millions of entries. */
export class Agenda {
  #times = new Float64Array(1024);
  #kinds = new Uint8Array(1024);
  #values = new Float64Array(1024);
  #size = 0;
  /** Time, kind and value of the entry that `next` took. */
  time = 0;
  kind = 0;
  value = 0;

  add(time: number, kind: number, value = 0): void {
    if (this.#size === this.#times.length) this.#grow();
    let at = this.#size;
    this.#size += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#times[parent] ?? 0) <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, kind, value);
  }

  /** False when nothing is left. */
  next(): boolean {
    if (this.#size === 0) return false;
    this.time = this.#times[0] ?? 0;
    this.kind = this.#kinds[0] ?? 0;
    this.value = this.#values[0] ?? 0;
    this.#size -= 1;
    this.#sink(this.#times[this.#size] ?? 0, this.#kinds[this.#size] ?? 0, this.#values[this.#size] ?? 0);
    return true;
  }

  #sink(time: number, kind: number, value: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && (this.#times[child + 1] ?? 0) < (this.#times[child] ?? 0)) child += 1;
      if ((this.#times[child] ?? 0) >= time) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, kind, value);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] ?? 0, this.#kinds[from] ?? 0, this.#values[from] ?? 0);
  }

  #put(at: number, time: number, kind: number, value: number): void {
    this.#times[at] = time;
    this.#kinds[at] = kind;
    this.#values[at] = value;
  }

  #grow(): void {
    const length = 2 * this.#times.length;
    const [times, kinds, values] = [this.#times, this.#kinds, this.#values];
    this.#times = new Float64Array(length);
    this.#kinds = new Uint8Array(length);
    this.#values = new Float64Array(length);
    this.#times.set(times);
    this.#kinds.set(kinds);
    this.#values.set(values);
  }
}
