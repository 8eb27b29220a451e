/** A program for Node 22: prints how the official SDK answers discovery requests for the endpoints of the fixture. */
import * as official from "official-sdk/fetch";
import { ACCEPTED_VERSIONS, endpoints } from "./definitions.fixture.ts";

const answers = {};
for (const [title, options] of Object.entries(endpoints(official))) {
  for (const bidirectional of [true, false]) {
    const logger = () => undefined;
    const handle = official.createEndpointHandler({ ...options, bidirectional, logger });
    for (const accept of ACCEPTED_VERSIONS) {
      const request = new Request("http://localhost/discover", { headers: { accept } });
      const response = await handle(request);
      const mode = bidirectional ? "BIDI_STREAM" : "REQUEST_RESPONSE";
      answers[`${title}, ${mode}, ${accept}`] = {
        status: response.status,
        contentType: response.headers.get("content-type"),
        body: await response.json(),
      };
    }
  }
}
process.stdout.write(JSON.stringify(answers));
