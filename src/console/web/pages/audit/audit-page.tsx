import { Tabs, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCall } from '../../api.ts';
import { useWords } from '../../words/words.ts';
import '../patients/patients.css';
import { LogTab } from './log.tsx';
import { SealsTab } from './seals.tsx';
import { StatementTab } from './statement.tsx';
import { VerifyTab } from './verify.tsx';
import { auditWords } from './words.ts';

export default function AuditPage(): ReactNode {
  const words = useWords(auditWords);
  const me = useCall('who_am_i', {});
  const mayState = me.data?.permissions.includes('disclosures.read') ?? false;
  return (
    <>
      <Title order={1} mb="sm">
        {words.title}
      </Title>
      <Tabs defaultValue="log" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="log">{words.tabLog}</Tabs.Tab>
          <Tabs.Tab value="verify">{words.tabVerify}</Tabs.Tab>
          <Tabs.Tab value="seals">{words.tabSeals}</Tabs.Tab>
          {mayState && <Tabs.Tab value="statement">{words.tabStatement}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="log" pt="md">
          <LogTab />
        </Tabs.Panel>
        <Tabs.Panel value="verify" pt="md">
          <VerifyTab />
        </Tabs.Panel>
        <Tabs.Panel value="seals" pt="md">
          <SealsTab />
        </Tabs.Panel>
        <Tabs.Panel value="statement" pt="md">
          <StatementTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
