import { Button, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../api.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { Problem } from '../../shell/problem.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useLanguage, useWords } from '../../words/words.ts';
import { patientWords } from './words.ts';

/** What happened to the record and the card; each version opens to what it changed. */
export function Versions({ patientId, isReadable }: { patientId: string; isReadable: boolean }): ReactNode {
  const words = useWords(patientWords);
  const [open, setOpen] = useState<number | null>(null);
  const history = usePages(
    'patient_history',
    patientId,
    (before: number | null) => ({ params: { patientId }, query: before === null ? {} : { before } }),
    ({ next }) => next,
  );
  const rows = history.data?.pages.flatMap((page) => page.rows) ?? [];
  const said: Readonly<Record<string, string>> = words;
  return (
    <>
      <Problem error={history.error} onRetry={() => void history.refetch()} />
      {history.data && rows.length === 0 && <Text>{words.historyEmpty}</Text>}
      <ul className="patient-list">
        {rows.map(({ seq, at, kind, who, version, reason }) => (
          <li key={seq}>
            <div className="log-row">
              <When at={at} />
              <span>{who ?? words.unknownPerson}</span>
              <span>
                {said[`kind_${kind}`] ?? kind}
                {version !== null && kind === 'record_typed' && `　${fill(words.version, { version })}`}
                {reason && `（${said[`reason_${reason}`] ?? reason}）`}
                {kind === 'record_typed' && version !== null && isReadable && (
                  <Button
                    ml="sm"
                    variant="default"
                    size="compact-md"
                    aria-expanded={open === version}
                    onClick={() => setOpen(open === version ? null : version)}
                  >
                    {fill(words.showChanges, { version })}
                  </Button>
                )}
              </span>
            </div>
            {kind === 'record_typed' && version !== null && open === version && (
              <Changes patientId={patientId} version={version} />
            )}
          </li>
        ))}
      </ul>
      {!history.error && <More of={history} />}
    </>
  );
}

function Changes({ patientId, version }: { patientId: string; version: number }): ReactNode {
  const words = useWords(patientWords);
  const language = useLanguage();
  const sent = { params: { patientId, version }, query: { language } };
  const compared = useCall('patient_changes', sent, { isOnce: true });
  if (compared.error) return <Problem error={compared.error} onRetry={() => void compared.refetch()} />;
  if (!compared.data) return null;
  const { before, changes } = compared.data;
  if (before === null) return <Text p="sm">{words.firstVersion}</Text>;
  return (
    <div style={{ padding: '0 12px 12px' }}>
      <Title order={3} size="h4">
        {fill(words.changesOf, { before, version })}
      </Title>
      {changes.length === 0 && <Text>{words.noChanges}</Text>}
      {changes.map((change) => (
        <div key={change.key} className="change">
          <Text fw={600}>{change.label}</Text>
          <div className="change-sides">
            <Side title={words.before} texts={change.before} className="change-before" />
            <Side title={words.after} texts={change.after} className="change-after" />
          </div>
        </div>
      ))}
    </div>
  );
}

function Side({ title, texts, className }: { title: string; texts: readonly string[]; className: string }): ReactNode {
  const words = useWords(patientWords);
  return (
    <div className={className}>
      <Text size="sm">{title}</Text>
      {texts.length === 0 && <Text>{words.nothingThere}</Text>}
      {texts.map((text) => (
        <Text key={text}>{text}</Text>
      ))}
    </div>
  );
}
