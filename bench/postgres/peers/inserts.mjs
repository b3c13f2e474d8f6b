// The machine's own rate: 16 clients, each of which inserts a row of some 300 bytes a transaction, one after the other.
import pg from "pg";
import { count, each, finish, start, uri } from "./report.mjs";

const clients = 16;
const pool = new pg.Pool({ connectionString: uri, max: clients });
await pool.query("CREATE TABLE floor (id bigserial PRIMARY KEY, body jsonb NOT NULL)");
const body = JSON.stringify({ text: "x".repeat(280) });
const insert = () => pool.query({ name: "insert", text: "INSERT INTO floor (body) VALUES ($1)", values: [body] });
await each(clients * 10, clients, insert);
start();
await each(count, clients, insert);
finish(count);
