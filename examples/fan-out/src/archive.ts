/** A worker that splits a task, has the parts done in parallel, and puts the results together: fan out, fan in. */
import * as restate from "@restatedev/restate-sdk";
import { countPages, readPage, UnreadableError, type Page } from "./reading-room.js";

export interface Census {
  /** How often each word occurs. */
  readonly words: Readonly<Record<string, number>>;
  readonly unreadablePages: number;
}

export interface Search {
  readonly book: string;
  readonly word: string;
}

const { RestatePromise } = restate;

export const archive = restate.service({
  name: "BookArchive",
  handlers: {
    // The part. Every call is an invocation of its own: Restate sends it to any process that serves this code, so the pages
    // of a book are read on as many machines as there are, and tries again that page alone that failed.
    read: async (ctx: restate.Context, page: Page): Promise<string> =>
      ctx.run(`read page ${page.number}`, () => readPage(page)),

    // Takes the pages as they come: what is read first is counted first, and a page that jams holds up no other. Restate
    // writes down which page came when, so a replay takes them in the same order.
    count: async (ctx: restate.Context, book: string): Promise<Census> => {
      const words = new Map<string, number>();
      let unreadablePages = 0;
      const pages = await readAll(ctx, book);
      for await (const page of RestatePromise.asCompleted(pages)) {
        ctx.console.info(`Page ${page.tag + 1} of ${book} is ${page.status}`);
        // A rejection is final: what can be mended by trying again has been tried again by then.
        if (page.status === "rejected") unreadablePages++;
        else for (const word of page.value.split(" ")) words.set(word, (words.get(word) ?? 0) + 1);
      }
      return { words: Object.fromEntries(words), unreadablePages };
    },

    // Needs one page only, the first to come that has the word. Nobody has to read the others any more.
    find: async (ctx: restate.Context, { book, word }: Search): Promise<number | null> => {
      const pages = await readAll(ctx, book);
      const unread = new Set(pages);
      for await (const page of RestatePromise.asCompleted(pages)) {
        unread.delete(pages[page.tag] as (typeof pages)[number]);
        if (page.status === "rejected" || !page.value.split(" ").includes(word)) continue;
        for (const { invocationId } of unread) ctx.invocation(await invocationId).cancel();
        return page.tag + 1;
      }
      return null;
    },

    // All or nothing, in the order of the pages: fails as soon as one of them cannot be read.
    transcribe: async (ctx: restate.Context, book: string): Promise<string> => {
      const pages = await RestatePromise.all(await readAll(ctx, book));
      return pages.join(" / ");
    },

    // All, with what became of each, in the order of the pages.
    survey: async (ctx: restate.Context, book: string): Promise<readonly string[]> => {
      const pages = await RestatePromise.allSettled(await readAll(ctx, book));
      return pages.map((page) => (page.status === "fulfilled" ? "readable" : "unreadable"));
    },
  },
  options: {
    retryPolicy: { initialInterval: { milliseconds: 50 } },
    asTerminalError: (error) =>
      error instanceof UnreadableError
        ? new restate.TerminalError(error.message, { errorCode: 422 })
        : undefined,
  },
});

/** Starts to read all pages of a book at once, and waits for none of them. */
async function readAll(
  ctx: restate.Context,
  book: string,
): Promise<restate.InvocationPromise<string>[]> {
  const count = await ctx.run("count the pages", () => countPages(book));
  if (count === 0) throw new restate.TerminalError(`There is no book ${book}`, { errorCode: 404 });
  const reader = ctx.serviceClient(archive);
  return Array.from({ length: count }, (_, i) => reader.read({ book, number: i + 1 }));
}
