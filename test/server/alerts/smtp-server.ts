/** A small SMTP server for tests: takes mails, asks for a password when told to, and refuses whom it is told to refuse. */

import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and text, as they came. */
  content: string;
}

export interface SmtpServer {
  port: number;
  mails: ReceivedMail[];
}

export interface SmtpOptions {
  /** `user:password`; null lets everybody in. Default: null. */
  login?: string | null;
  /** What is said to a recipient. Default: that they are welcome. */
  recipientAnswer?: string;
}

function converse(
  socket: Socket,
  { login = null, recipientAnswer = "250 OK" }: SmtpOptions,
  mails: ReceivedMail[],
): void {
  let mail: ReceivedMail = { from: "", to: [], content: "" };
  let isData = false;
  let rest = "";
  const say = (line: string): boolean => socket.write(`${line}\r\n`);
  const command = (line: string): unknown => {
    const upper = line.toUpperCase();
    if (upper.startsWith("EHLO")) return say(login === null ? "250 test" : "250-test\r\n250 AUTH PLAIN");
    if (upper.startsWith("AUTH PLAIN")) {
      const given = Buffer.from(line.slice(11), "base64").toString().split("\0").slice(1).join(":");
      return say(given === login ? "235 welcome" : `535 5.7.8 bad credentials ${given.split(":")[1]}`);
    }
    if (upper.startsWith("MAIL FROM:")) {
      mail = { from: line.slice(10), to: [], content: "" };
      return say("250 OK");
    }
    if (upper.startsWith("RCPT TO:")) {
      mail.to.push(line.slice(8));
      return say(recipientAnswer);
    }
    if (upper === "DATA") {
      isData = true;
      return say("354 go on");
    }
    if (upper === "QUIT") {
      say("221 bye");
      return socket.end();
    }
    return say("502 5.5.1 not here");
  };
  say("220 test ESMTP");
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    rest += chunk.toString();
    for (let end = rest.indexOf("\r\n"); end !== -1; end = rest.indexOf("\r\n")) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (!isData) command(line);
      else if (line === ".") {
        isData = false;
        mails.push(mail);
        say("250 queued");
      } else mail.content += `${line}\n`;
    }
  });
}

export async function startSmtpServer(options: SmtpOptions = {}): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    converse(socket, options, mails);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, mails };
}
