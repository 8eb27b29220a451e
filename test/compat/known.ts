/** What is known of the examples: how they are started, what they serve, and what their handlers answer. */

export type Host = "node" | "bun" | "deno" | "next" | "wrangler" | "lambda";

export interface Program {
  /** The file that is started, in its project. */
  readonly file: string;
  readonly host: Host;
  readonly services: readonly string[];
  /** Requests that are made one after the other. */
  readonly steps?: readonly Step[];
  /** For what only has to be there when the program starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** What else happens when the program starts or a handler is called, so that it is not. */
  readonly needs?: string;
}

export interface Step {
  readonly verb: "call" | "send";
  readonly target: string;
  readonly input?: unknown;
  /** A function answers whether it is right. Nothing: whatever is answered. */
  readonly answer?: unknown;
}

const call = (target: string, input: unknown, answer: unknown): Step => ({
  verb: "call",
  target,
  input,
  answer,
});

const send = (target: string, input: unknown): Step => ({ verb: "send", target, input });

const node = (file: string, services: readonly string[], ...steps: readonly Step[]): Program => ({
  file,
  host: "node",
  services,
  steps,
});

/** The template that is there for every runtime. */
const greeter = (file: string, host: Host): Program => ({
  file,
  host,
  services: ["Greeter"],
  steps: [call("Greeter/greet", { name: "Ada" }, { result: "You said hi to Ada!" })],
});

/** They have to be there when the program starts. */
const chatKeys = {
  OPENAI_API_KEY: "none",
  SLACK_BOT_USER_ID: "none",
  SLACK_BOT_TOKEN: "none",
  SLACK_SIGNING_SECRET: "none",
};
const ada = { name: "Ada", email: "ada@example.org" };
const subscription = { userId: "ada", creditCard: "1234", subscriptions: ["Radio", "Papers"] };
const ticket = { ticketId: "1", price: 1, customerEmail: "a@b.c", concertDate: "2020-01-01" };
const stay = { arrivalDate: "2030-01-01", departureDate: "2030-01-02" };
const trip = { customerId: "ada", flight: {}, car: {}, hotel: stay };

const patterns: readonly Program[] = [
  { ...node("src/database/main.ts", []), needs: "a PostgreSQL server" },
  node(
    "src/parallelizework/fan_out_worker.ts",
    ["worker"],
    call("worker/run", { description: "a,b,c" }, { description: "a: DONE,b: DONE,c: DONE" }),
  ),
  node(
    "src/ratelimit/app.ts",
    ["limiter", "myService"],
    call("limiter/myService-expensiveMethod/setRate", { newLimit: 10, newBurst: 10 }, undefined),
    call("myService/expensiveMethod", undefined, undefined),
    call("limiter/myService-expensiveMethod/tokens", undefined, (it: unknown) => Number(it) <= 10),
  ),
  node(
    "src/eventtransactions/user_feed.ts",
    ["userFeed"],
    send("userFeed/ada/processPost", { content: "Hi", metadata: "" }),
  ),
  node(
    "src/eventenrichment/package_tracker.ts",
    ["package-tracker"],
    call("package-tracker/p/registerPackage", { finalDestination: "Here" }, undefined),
    call("package-tracker/p/updateLocation", { timestamp: "t", location: "A" }, undefined),
    call("package-tracker/p/getPackageInfo", undefined, {
      finalDestination: "Here",
      locations: [{ timestamp: "t", location: "A" }],
    }),
  ),
  node(
    "src/cron/task_service.ts",
    ["CronJobInitiator", "CronJob", "TaskService"],
    call(
      "CronJobInitiator/create",
      { cronExpression: "0 0 * * *", service: "TaskService", method: "executeTask", payload: "x" },
      /^Job created with ID \S+ and next execution time /,
    ),
  ),
  node(
    "src/statefulactors/machine_operator.ts",
    ["machineOperator"],
    call("machineOperator/a/tearDown", undefined, "a is not up, cannot tear down"),
    call("machineOperator/a/setUp", undefined, "a is now up"),
    call("machineOperator/a/setUp", undefined, "a is already up, so nothing to do"),
  ),
  node(
    "src/sagas/booking_workflow.ts",
    ["BookingWorkflow"],
    call("BookingWorkflow/run", trip, new Error("[👻 SIMULATED] This hotel is fully booked!")),
  ),
  node(
    "src/priorityqueue/app.ts",
    ["queue", "myService"],
    call("myService/expensiveMethod", { left: 1, right: 2 }, 3),
  ),
  node(
    "src/queue/async_task_worker.ts",
    ["asyncTaskWorker"],
    call("asyncTaskWorker/runTask", { id: "1", task: "x" }, "Work!"),
  ),
  node(
    "src/statemachinepayments/payment_service.ts",
    ["payments", "accounts"],
    call("payments/p/makePayment", { accountId: "a", amount: 10 }, "p successful: true"),
    call("payments/p/cancelPayment", undefined, undefined),
  ),
  node(
    "src/signalspayments/payment_service.ts",
    ["payments"],
    call("payments/processPayment", { amount: -1 }, new Error()),
  ),
  node(
    "src/schedulingtasks/payment_reminders.ts",
    ["PaymentTracker"],
    call("PaymentTracker/a/onPaymentFailure", { data: { id: "1" } }, undefined),
  ),
  node(
    "src/promiseasaservice/dp/runner.ts",
    ["promises", "promise"],
    call("promise/resolve", { promiseId: "p", value: "v" }, { value: "v" }),
    call("promise/await", { promiseId: "p" }, { value: "v" }),
  ),
  node(
    "src/batching/batcher.ts",
    ["batcher", "batchReceiver"],
    call("batcher/b/receive", 1, undefined),
    call("batcher/b/expire", undefined, undefined),
  ),
  node(
    "src/syncasync/data_upload_service.ts",
    ["dataUploader"],
    call("dataUploader/d/run", undefined, /^https:\/\/s3/),
  ),
  node(
    "src/durablerpc/product_service.ts",
    ["product"],
    call("product/p/reserve", undefined, true),
    call("product/p/reserve", undefined, false),
  ),
  node(
    "src/webhookcallbacks/webhook_callback_router.ts",
    ["WebhookCallbackRouter"],
    call("WebhookCallbackRouter/onStripeEvent", { type: "other" }, undefined),
  ),
];

/** By project. A program that serves and is missing here is started all the same. */
export const known: Readonly<Record<string, readonly Program[]>> = {
  basics: [
    node(
      "src/0_durable_execution.ts",
      ["SubscriptionService"],
      call("SubscriptionService/add", subscription, undefined),
    ),
    node(
      "src/2_virtual_objects.ts",
      ["greeter"],
      call("greeter/mary/greet", { greeting: "Hi" }, "Hi mary for the 1-th time."),
      call("greeter/mary/ungreet", undefined, "Dear mary, taking one greeting back: 0."),
    ),
    node(
      "src/3_workflows.ts",
      ["usersignup"],
      send("usersignup/ada/run", ada),
      call("usersignup/ada/click", { secret: "a guess" }, undefined),
    ),
  ],
  "end-to-end-applications/ai-image-workflows": [
    node(
      "src/app.ts",
      ["image-processing-workflow", "transformer", "puppeteer-service", "stable-diffusion"],
      call("image-processing-workflow/w/run", [], new Error(/no steps defined/.source)),
      call("image-processing-workflow/w/getStatus", undefined, null),
    ),
    node("src/stable_diffusion.ts", ["stable-diffusion"]),
  ],
  "end-to-end-applications/chat-bot": [
    { ...node("src/app.ts", ["chatSession", "workflowInvoker"]), env: chatKeys },
    {
      ...node(
        "src/tasks/reminder.ts",
        ["reminderWorkflow"],
        send("reminderWorkflow/r/run", { timestamp: Date.UTC(2100, 0), description: "tea" }),
        call("reminderWorkflow/r/cancel", undefined, undefined),
      ),
      env: chatKeys,
    },
    { ...node("src/tasks/flight_prices.ts", []), env: chatKeys },
  ],
  "end-to-end-applications/food-ordering/app": [
    node(
      "src/order-app/app.ts",
      [
        "driver-digital-twin",
        "driver-delivery-matcher",
        "delivery-manager",
        "driver-mobile-app",
        "order-workflow",
        "order-status",
      ],
      call("order-status/o/get", undefined, {}),
    ),
  ],
  "integrations/deployment-lambda-cdk": [
    {
      file: "lib/lambda/handler.ts",
      host: "lambda",
      services: ["Greeter"],
      steps: [call("Greeter/greet", "Ada", "Hello, Ada, from AWS Lambda!")],
    },
  ],
  "integrations/opentelemetry": [node("src/restate-service.ts", ["Greeter"])],
  "patterns-use-cases": patterns,
  "templates/bun": [greeter("src/index.ts", "bun")],
  "templates/cloudflare-worker": [greeter("src/index.ts", "wrangler")],
  "templates/deno": [greeter("main.ts", "deno")],
  "templates/lambda": [greeter("src/app.ts", "lambda"), greeter("src/local_app.ts", "node")],
  "templates/nextjs": [greeter("app/restate/[[...services]]/route.ts", "next")],
  "templates/node": [greeter("src/app.ts", "node")],
  "templates/typescript-testing": [
    node(
      "src/app.ts",
      ["ExampleService", "ExampleObject"],
      call("ExampleService/greet", "Ada", "Hello Ada!"),
      call("ExampleObject/ada/greet", undefined, "Hello ada! Counter: 0"),
    ),
  ],
  "templates/vercel": [greeter("src/app/restate/[[...services]]/route.ts", "next")],
  "tutorials/tour-of-orchestration-typescript": [
    node(
      "src/app.ts",
      [
        "SubscriptionService",
        "SubscriptionSaga",
        "UserSubscriptions",
        "ConcertTicketingService",
        "Payments",
        "PaymentsWithTimeout",
        "ParallelSubscriptionService",
        "PaymentService",
        "EmailService",
      ],
      call("SubscriptionService/add", subscription, undefined),
      call("ConcertTicketingService/buy", ticket, /^Ticket purchased successfully/),
      call("UserSubscriptions/ada/add", "Radio", undefined),
      call("UserSubscriptions/ada/getSubscriptions", undefined, ["Radio"]),
      call("ParallelSubscriptionService/add", subscription, isSuccess),
      call("SubscriptionSaga/add", { ...subscription, subscriptions: ["Disney"] }, new Error()),
    ),
  ],
  "tutorials/tour-of-workflows-typescript": [
    node(
      "src/app.ts",
      [
        "SignupWorkflow",
        "SignupWithActivitiesWorkflow",
        "SignupWithEventsWorkflow",
        "SignupWithQueriesWorkflow",
        "SignupWithSignalsWorkflow",
        "SignupWithTimersWorkflow",
        "SignupWithRetriesWorkflow",
        "SignupWithSagasWorkflow",
        "UserService",
      ],
      call("SignupWorkflow/a/run", ada, { success: true }),
      call("SignupWithActivitiesWorkflow/a/run", ada, { success: true }),
      send("SignupWithEventsWorkflow/a/run", ada),
      call("SignupWithEventsWorkflow/a/waitForUserCreation", undefined, "User created."),
      call("SignupWithQueriesWorkflow/a/run", ada, { success: true }),
      call("SignupWithQueriesWorkflow/a/getStatus", undefined, { status: "created", user: ada }),
      send("SignupWithTimersWorkflow/a/run", ada),
      call("SignupWithTimersWorkflow/a/verifyEmail", { secret: "a guess" }, undefined),
    ),
  ],
};

function isSuccess(answer: unknown): boolean {
  return (answer as { success?: boolean }).success === true;
}
