import type { Clock, Timer } from '../../src/lib/clock.ts';

interface Waiting {
  due: number;
  order: number;
  task: () => void;
  cancelled: boolean;
}

/** A clock that stands still until a story moves it. Timers fire in the order of their due times, then of their making. */
export class FakeClock implements Clock {
  private present: number;
  private made = 0;
  private readonly heap: Waiting[] = [];

  constructor(start: Date) {
    this.present = start.getTime();
  }

  now(): Date {
    return new Date(this.present);
  }

  after(milliseconds: number, task: () => void): Timer {
    if (!Number.isFinite(milliseconds)) throw new Error(`a timer needs a number of milliseconds, not ${milliseconds}`);
    const waiting = { due: this.present + Math.max(0, milliseconds), order: this.made++, task, cancelled: false };
    this.push(waiting);
    return {
      cancel: () => {
        waiting.cancelled = true;
      },
    };
  }

  /** When the next timer is due, or null when none waits. */
  nextDueAt(): Date | null {
    const next = this.peek();
    return next ? new Date(next.due) : null;
  }

  /**
   * Moves to `to`, firing due timers in order. Before the first, after each, and at the end awaits `settle`, which
   * resolves when everything that the timers set going has come to rest.
   */
  async advanceTo(to: Date, settle: () => Promise<void>): Promise<void> {
    await settle();
    for (let next = this.peek(); next && next.due <= to.getTime(); next = this.peek()) {
      this.pop();
      this.present = Math.max(this.present, next.due);
      next.task();
      await settle();
    }
    this.present = Math.max(this.present, to.getTime());
  }

  /** The first timer that was not cancelled; cancelled ones are dropped on the way. */
  private peek(): Waiting | undefined {
    while (this.heap[0]?.cancelled) this.pop();
    return this.heap[0];
  }

  private push(item: Waiting): void {
    const { heap } = this;
    let index = heap.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!earlier(item, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = item;
  }

  private pop(): void {
    const { heap } = this;
    const item = heap.pop();
    if (!item || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child += 1;
      if (child >= heap.length || !earlier(heap[child]!, item)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = item;
  }
}

const earlier = (one: Waiting, other: Waiting): boolean =>
  one.due < other.due || (one.due === other.due && one.order < other.order);
