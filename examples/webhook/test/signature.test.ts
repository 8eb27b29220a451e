/** Tests of the signatures, with one that a widely used sender has published. */
import { expect, test } from "vitest";
import { isFresh, isSigned, sign } from "../src/signature.js";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const delivery = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: "1614265330",
  body: new TextEncoder().encode('{"test": 2432232314}'),
};

test("signs as others do", () => {
  expect(sign(delivery, secret)).toBe(signature);
});

test("takes one right signature among several", () => {
  expect(isSigned(delivery, `v1,b2xk ${signature}`, secret)).toBe(true);
  expect(isSigned(delivery, "v1,b2xk", secret)).toBe(false);
});

test.each([{ id: "msg_2" }, { timestamp: "1614265331" }, { body: new Uint8Array() }])(
  "takes none for %j",
  (other) => {
    expect(isSigned({ ...delivery, ...other }, signature, secret)).toBe(false);
  },
);

test("is fresh for five minutes", () => {
  expect(isFresh(delivery, (1614265330 + 300) * 1000)).toBe(true);
  expect(isFresh(delivery, (1614265330 + 301) * 1000)).toBe(false);
  expect(isFresh({ ...delivery, timestamp: "today" }, Date.now())).toBe(false);
});
