/** A Lambda handler without any SDK: it reads the body and answers what it finds in the event beside it. */
interface FloorEvent {
  readonly body: string;
  readonly cannedAnswer: string;
}

export const handler = async ({ body, cannedAnswer }: FloorEvent): Promise<object> => {
  if (Buffer.from(body, "base64").length === 0) throw new Error("empty request");
  const answer = Buffer.from(cannedAnswer, "base64");
  return Promise.resolve({
    statusCode: 200,
    body: answer.toString("base64"),
    isBase64Encoded: true,
  });
};
