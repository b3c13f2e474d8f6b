/** A search whose text stands elsewhere, such as in the address: typed here, handed on by Enter and when the field is left. */
import { type ChangeEvent, type FormEvent, useEffect, useState } from "react";

interface SearchText {
  text: string;
  /** For the field. */
  field: { value: string; onChange: (event: ChangeEvent<HTMLInputElement>) => void; onBlur: () => void };
  /** For the form around it. */
  onSubmit: (event: FormEvent) => void;
}

export function useSearchText(given: string, hand: (text: string) => void): SearchText {
  const [text, setText] = useState(given);
  useEffect(() => setText(given), [given]);
  const handOn = (): void => hand(text.trim());
  return {
    text,
    field: { value: text, onChange: (event) => setText(event.target.value), onBlur: handOn },
    onSubmit: (event) => {
      event.preventDefault();
      handOn();
    },
  };
}
