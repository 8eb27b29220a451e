/** The floor of both: functions that take the request in and answer canned bytes, without any SDK. */
import type { BenchCase } from "./cases.js";
import { contentTypeOf, type FetchHandler, type LambdaHandler } from "./doors.js";
import type { Version } from "./messages.js";

export function createFetchHandler({ floor }: BenchCase, version: Version): FetchHandler {
  const headers = { "content-type": contentTypeOf(version) };
  const answer = Buffer.concat(floor.map(({ send }) => send));
  return async (request) => {
    await request.arrayBuffer();
    return new Response(answer, { headers });
  };
}

export function createLambdaHandler({ floor }: BenchCase, version: Version): LambdaHandler {
  const headers = { "content-type": contentTypeOf(version) };
  const answer = Buffer.concat(floor.map(({ send }) => send));
  return async (event) => {
    const request = Buffer.from((event as { body: string }).body, "base64");
    if (request.length === 0) throw new Error("empty request");
    const body = answer.toString("base64");
    return Promise.resolve({ statusCode: 200, headers, body, isBase64Encoded: true });
  };
}
