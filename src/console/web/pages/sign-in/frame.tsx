/** Around the pages that are open to anybody: a narrow column, and the choice of language that nobody's account gives yet. */
import { Button, Container, Group, Paper, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Language, LanguageContext, useLanguage, useWords } from '../../words/words.ts';
import { signInWords } from './words.ts';

export function Frame({ language, children }: { language?: Language | undefined; children: ReactNode }): ReactNode {
  const given = useLanguage();
  const [chosen, choose] = useState<Language | null>(null);
  const now = chosen ?? language ?? given;
  document.documentElement.lang = now;
  return (
    <LanguageContext.Provider value={now}>
      <Container component="main" size={520} py="xl" px="md">
        <Other onChoose={() => choose(now === 'ja' ? 'en' : 'ja')} />
        <Paper withBorder p="lg" mt="sm">
          {children}
        </Paper>
      </Container>
    </LanguageContext.Provider>
  );
}

function Other({ onChoose }: { onChoose: () => void }): ReactNode {
  const words = useWords(signInWords);
  return (
    <Group justify="flex-end">
      <Button variant="subtle" size="compact-sm" onClick={onChoose}>
        {words.language}
      </Button>
    </Group>
  );
}

export function Heading({ children }: { children: ReactNode }): ReactNode {
  return (
    <Title order={1} size="h2" mb="md">
      {children}
    </Title>
  );
}
