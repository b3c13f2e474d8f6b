/** The frame of all pages. */
import type { ReactElement, ReactNode } from "react";
import "./page.css";

export const metadata = { title: "Price watch" };

export default function RootLayout({ children }: { children: ReactNode }): ReactElement {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
