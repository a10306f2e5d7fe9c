/** Many numbers, and their quantiles. */
export class Samples {
  #values = new Float64Array(1024);
  #sorted = false;
  count = 0;
  sum = 0;

  add(value: number): void {
    if (this.count === this.#values.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.count] = value;
    this.count += 1;
    this.sum += value;
    this.#sorted = false;
  }

  get mean(): number {
    return this.sum / this.count;
  }

  quantile(share: number): number {
    const values = this.#values.subarray(0, this.count);
    if (!this.#sorted) values.sort();
    this.#sorted = true;
    return values[Math.min(this.count - 1, Math.floor(share * this.count))] ?? Number.NaN;
  }
}
