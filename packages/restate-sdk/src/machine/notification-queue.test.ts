import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Notification } from "../protocol/messages.js";
import { completion, nothing, signal, value } from "./messages.fixture.js";
import { NotificationQueue } from "./notification-queue.js";

test("notifications come out in the order of their arrival", () => {
  const queue = new NotificationQueue();
  const arrived = [completion(2, nothing), signal(17, nothing), completion(1, nothing)];
  for (const notification of arrived) queue.push(notification);
  expect(queue.peek()).toBe(arrived[0]);
  expect([queue.pop(), queue.pop(), queue.pop()]).toEqual(arrived);
  expect(queue.peek()).toBeUndefined();
  expect(queue.pop()).toBeUndefined();
});

test("looking ahead finds a completion until it is popped", () => {
  const queue = new NotificationQueue();
  expect(queue.lookAhead(3)).toBeUndefined();
  queue.push(signal(3, nothing));
  queue.push(completion(3, value("three")));
  expect(queue.lookAhead(3)).toEqual(value("three"));
  queue.pop();
  expect(queue.lookAhead(3)).toEqual(value("three"));
  queue.pop();
  expect(queue.lookAhead(3)).toBeUndefined();
});

test("a completion kept for a command to come is found, and claimed once", () => {
  const queue = new NotificationQueue();
  expect(queue.claim(5)).toBeUndefined();
  queue.keep(5, value("five"));
  expect(queue.lookAhead(5)).toEqual(value("five"));
  expect(queue.claim(4)).toBeUndefined();
  expect(queue.claim(5)).toEqual(value("five"));
  expect(queue.claim(5)).toBeUndefined();
  expect(queue.lookAhead(5)).toBeUndefined();
});

test("any sequence of pushes and pops behaves like a list", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 5_000 }), (pushes) => {
      const queue = new NotificationQueue();
      const model: Notification[] = [];
      for (const [id, push] of pushes.entries()) {
        if (push) {
          const notification = completion(id, nothing);
          queue.push(notification);
          model.push(notification);
        } else expect(queue.pop()).toBe(model.shift());
        expect(queue.peek()).toBe(model[0]);
      }
    }),
    { numRuns: 20 },
  );
});

test("a long queue that never runs empty keeps its order", () => {
  const queue = new NotificationQueue();
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 5_000; round++) {
    queue.push(completion(next++, nothing));
    queue.push(completion(next++, nothing));
    expect(queue.pop()?.id).toEqual({ kind: "completion", id: expected++ });
  }
  while (queue.peek() !== undefined) {
    expect(queue.pop()?.id).toEqual({ kind: "completion", id: expected++ });
  }
  expect(expected).toBe(next);
});
