/** The floor: a bare HTTP/2 server that answers the same frames with canned bytes, without any SDK. */
import * as http2 from "node:http2";
import { caseNamed } from "./cases.js";
import type { Version } from "./messages.js";
import { reportTo } from "./service-control.js";

const [caseName = "", versionText] = process.argv.slice(2);
const version = Number(versionText) as Version;
const { floor } = caseNamed(caseName, version);

const head = {
  ":status": 200,
  "content-type": `application/vnd.restate.invocation.v${version}`,
};
const server = http2.createServer();
server.on("stream", (stream) => {
  let received = 0;
  let turn = 0;
  stream.respond(head);
  stream.on("data", (chunk: Buffer) => {
    received += chunk.length;
    for (let next = floor[turn]; next && received >= next.afterBytes; next = floor[turn]) {
      stream.write(next.send);
      turn++;
    }
  });
  stream.on("end", () => stream.end());
  stream.on("error", () => undefined);
});
reportTo(server);
