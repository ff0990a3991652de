/** Virtual time: what is to happen, in its order. Nothing waits; each event is carried to its end before the next begins. */
import { setImmediate as settled } from 'node:timers/promises';

export interface Timeline {
  /** Milliseconds since 1970, of the world; the processes' clocks may be wrong. */
  readonly now: number;
  at(when: number, happens: () => void): { cancel(): void };
  after(milliseconds: number, happens: () => void): { cancel(): void };
  /** Lets everything happen until `end`, or until nothing is left. @returns how many events there were. */
  playUntil(end: number): Promise<number>;
}

interface Event {
  when: number;
  order: number;
  happens: (() => void) | null;
}

export function createTimeline(start: number): Timeline {
  const heap: Event[] = [];
  let now = start;
  let order = 0;
  const isBefore = (one: Event, other: Event): boolean =>
    one.when < other.when || (one.when === other.when && one.order < other.order);

  function push(event: Event): void {
    let place = heap.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(heap[place]!, heap[parent]!)) break;
      [heap[place], heap[parent]] = [heap[parent]!, heap[place]!];
      place = parent;
    }
  }

  function pop(): Event | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let place = 0; ; ) {
      const left = 2 * place + 1;
      let least = place;
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
      if (left + 1 < heap.length && isBefore(heap[left + 1]!, heap[least]!)) least = left + 1;
      if (least === place) return first;
      [heap[place], heap[least]] = [heap[least]!, heap[place]!];
      place = least;
    }
  }

  const timeline: Timeline = {
    get now() {
      return now;
    },
    at(when, happens) {
      const event: Event = { when: Math.max(now, Math.round(when)), order: order++, happens };
      push(event);
      const cancel = (): void => {
        event.happens = null;
      };
      return { cancel };
    },
    after: (milliseconds, happens) => timeline.at(now + milliseconds, happens),
    async playUntil(end) {
      let played = 0;
      while (heap[0] && heap[0].when <= end) {
        const event = pop();
        if (!event?.happens) continue;
        now = event.when;
        event.happens();
        played++;
        // Whatever was begun comes to its end here: the notebook answers at once, so a turn of the loop is enough.
        await settled();
      }
      now = Math.max(now, end);
      return played;
    },
  };
  return timeline;
}
