/** Makes a certificate authority and a certificate for localhost, in X.509's DER, since Node can only read them. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export interface TestCertificates {
  /** To be trusted, as PEM. */
  readonly ca: string;
  /** Certificate and private key of a server on localhost and 127.0.0.1, as PEM. */
  readonly cert: string;
  readonly key: string;
}

const NAME = "Restate test";

export function createCertificates(): TestCertificates {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const isAuthority = extension("2.5.29.19", sequence(der(0x01, Buffer.from([0xff]))));
  const names = sequence(
    der(0x82, Buffer.from("localhost")),
    der(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const issuer = { issuer: NAME, issuerKey: authority.privateKey };
  return {
    ca: certificate({ ...issuer, subject: NAME, ...authority, extension: isAuthority }),
    cert: certificate({
      ...issuer,
      subject: "localhost",
      ...server,
      extension: extension("2.5.29.17", names),
    }),
    key: server.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

interface CertificateOptions {
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extension: Buffer;
}

function certificate(options: CertificateOptions): string {
  const { issuer, issuerKey, subject, publicKey } = options;
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name(issuer),
    sequence(time(-1), time(1)),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(options.extension)),
  );
  const signature = sign("sha256", toBeSigned, issuerKey);
  const whole = sequence(toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value));
}

/** A distinguished name of nothing but a common name. */
function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(commonName)))));
}

function time(daysFromNow: number): Buffer {
  const date = new Date(Date.now() + daysFromNow * 24 * 3_600_000);
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(0x17, Buffer.from(text.slice(2)));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = rest.flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);
}

/** DER demands the shortest form. */
function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
