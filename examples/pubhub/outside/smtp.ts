/** Stands in for a mail server: takes mail by SMTP and keeps it. It can be told to take none for a while. */
import { createServer, type Socket } from "node:net";

export interface ReceivedMail {
  to: string[];
  /** Headers and text as they came. */
  raw: string;
}

export interface OutsideSmtp {
  /** `smtp://127.0.0.1:…` */
  url: string;
  mails: ReceivedMail[];
  /** How many more mails are refused for now. */
  busy: number;
  close(): Promise<void>;
}

function converse(socket: Socket, smtp: OutsideSmtp): void {
  let to: string[] = [];
  let text = "";
  let isData = false;
  const say = (line: string): boolean => socket.write(`${line}\r\n`);
  const answer = (line: string): void => {
    const command = line.slice(0, 4).toUpperCase();
    if (command === "EHLO" || command === "HELO") say("250 mail.example");
    else if (command === "MAIL") say(smtp.busy-- > 0 ? "451 busy, come back later" : "250 ok");
    else if (command === "RCPT") {
      to.push(line.match(/<(.*)>/)?.[1] ?? "");
      say("250 ok");
    } else if (command === "DATA") {
      isData = true;
      say("354 go on");
    } else if (command === "QUIT") {
      say("221 bye");
      socket.end();
    } else if (command === "RSET" || command === "NOOP") say("250 ok");
    else say("502 not known here");
  };
  socket.setEncoding("utf8");
  socket.on("error", () => undefined);
  socket.on("data", (chunk: string) => {
    text += chunk;
    for (;;) {
      const end = isData ? "\r\n.\r\n" : "\r\n";
      const at = text.indexOf(end);
      if (at === -1) return;
      const part = text.slice(0, at);
      text = text.slice(at + end.length);
      if (isData) {
        smtp.mails.push({ to, raw: part });
        [to, isData] = [[], false];
        say("250 taken");
      } else answer(part);
    }
  });
  say("220 mail.example");
}

export async function startSmtp(): Promise<OutsideSmtp> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    converse(socket, smtp);
  });
  const smtp: OutsideSmtp = {
    url: "",
    mails: [],
    busy: 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The mail server has no port.");
  smtp.url = `smtp://127.0.0.1:${address.port}`;
  return smtp;
}
