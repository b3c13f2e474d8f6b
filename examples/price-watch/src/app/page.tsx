/** The start page leads to the admins' page. */
import type { ReactElement } from "react";

export default function Home(): ReactElement {
  return (
    <main>
      <h1>Price watch</h1>
      <a href="/admin/competitors">Competitors</a>
    </main>
  );
}
