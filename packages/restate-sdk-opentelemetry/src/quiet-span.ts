/** A span that records nothing twice. */
import type {
  Attributes,
  AttributeValue,
  Exception,
  Link,
  Span,
  SpanContext,
  SpanStatus,
  TimeInput,
} from "@opentelemetry/api";

/** The given span, except that events and exceptions are dropped while `isQuiet`. */
export class QuietSpan implements Span {
  readonly #span: Span;
  readonly #isQuiet: () => boolean;

  constructor(span: Span, isQuiet: () => boolean) {
    this.#span = span;
    this.#isQuiet = isQuiet;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.#isQuiet()) this.#span.addEvent(name, attributesOrTime, time);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (!this.#isQuiet()) this.#span.recordException(exception, time);
  }

  // What changes the span returns this one, so that what is chained to it is quiet as well.

  setAttribute(key: string, value: AttributeValue): this {
    this.#span.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.#span.setAttributes(attributes);
    return this;
  }

  addLink(link: Link): this {
    this.#span.addLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    this.#span.addLinks(links);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.#span.setStatus(status);
    return this;
  }

  updateName(name: string): this {
    this.#span.updateName(name);
    return this;
  }

  end(time?: TimeInput): void {
    this.#span.end(time);
  }

  isRecording(): boolean {
    return this.#span.isRecording();
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }
}
