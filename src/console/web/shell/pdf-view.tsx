import { type ReactNode, useEffect, useState } from 'react';

/** A PDF on the page, with the browser's own buttons to print and save it. */
export function PdfView({ pdf, title }: { pdf: Blob; title: string }): ReactNode {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(pdf);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [pdf]);
  return (
    url && <iframe src={url} title={title} style={{ width: '100%', height: '70vh', border: '1px solid #6b7785' }} />
  );
}
