import "reflect-metadata";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import { serve } from "stepwell/express";
import { makeApp } from "../functions.js";

@Controller()
class Pages {
  @Get()
  page(): string {
    return "A page";
  }
}

@Module({ controllers: [Pages] })
class AppModule {}

const rawBody = process.env["RAW_BODY"] === "1";
const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody, logger: ["error", "warn"] });
app.useBodyParser("json", { limit: "4mb" });
app.use("/api/inngest", serve(makeApp(process.env["APP_ID"] ?? "nestjs")));
await app.listen(Number(process.env["PORT"]), "127.0.0.1");
