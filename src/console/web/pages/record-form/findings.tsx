import type { ReactNode } from 'react';
import { type Finding, useForm, useSaid } from './form-context.ts';

/** What is wrong at a field, what to do about it, and how what was typed has been understood. */
export function Said({ path, isUnder = false, id }: { path: string; isUnder?: boolean; id?: string }): ReactNode {
  const { findingsAt, understoodAt } = useForm();
  const findings = findingsAt(path, isUnder);
  const understood = isUnder ? null : understoodAt(path);
  if (findings.length === 0 && !understood) return null;
  return (
    <div id={id} aria-live="polite">
      {understood && <div className="understood">{understood}</div>}
      {findings.map((finding) => (
        <OneFinding key={`${finding.path} ${finding.code}`} finding={finding} />
      ))}
    </div>
  );
}

function OneFinding({ finding }: { finding: Finding }): ReactNode {
  const said = useSaid();
  const isEnglish = said(['', 'en']) === 'en';
  const { problem, cure, level } = finding;
  return (
    <div className={`finding ${level}`}>
      {said(problem)}
      {isEnglish ? '; ' : '。'}
      {said(cure)}
    </div>
  );
}
