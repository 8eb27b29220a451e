/** Examples may be served beside each other: on the server of the tests, and on a reader's own. */
import { expect, it } from "vitest";
import { exampleNames, loadExample } from "./catalog.js";

it("no two examples share the name of a service", async () => {
  const owners = new Map<string, string[]>();
  // The tour is made of other examples.
  for (const name of (await exampleNames()).filter((each) => each !== "tour")) {
    const { endpoint } = await loadExample(name);
    for (const service of endpoint.services) {
      owners.set(service.name, [...(owners.get(service.name) ?? []), name]);
    }
  }
  const shared = [...owners].filter(([, examples]) => examples.length > 1);
  expect(Object.fromEntries(shared)).toEqual({});
  expect(owners.size).toBeGreaterThan(0);
});
